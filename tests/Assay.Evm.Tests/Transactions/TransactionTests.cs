using System.Numerics;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Evm.Tests;

public sealed class TransactionTests
{
    // Made with viem 2.57.1, signTransaction, from anvil's well-known development key 0.
    private const string Known = 
        "02f8b283014a3407830f42408477359400830186a094036cbd53842c5426634e7929541ec2318f3dcf7e80b844a9059cbb0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc0000000000000000000000000000000000000000000000000000000000002710c080a0e4f5268d285f5fbec5065c42ed9f3c91cbbd9fa0f2825a21331be23e566bd3b1a031227d932f7e74db1d5e3a8d8ea00b15ce305a77c3434ce18fea11335eb3645d";

    // EIP-155, "Example": the transaction of the private key 0x4646...46.
    [Fact]
    public void Example_of_EIP_155()
    {
        RlpItem[] content =
        [
            RlpItem.Number(9), RlpItem.Number(20_000_000_000), RlpItem.Number(21_000), RlpItem.From(Enumerable.Repeat((byte)0x35, 20).ToArray()),
            RlpItem.Number(1_000_000_000_000_000_000), RlpItem.From(default),
        ];
        byte[] signing = Rlp.Encode(RlpItem.List([.. content, RlpItem.Number(1), RlpItem.Number(0), RlpItem.Number(0)]));
        Assert.Equal("ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080", Convert.ToHexStringLower(signing));
        Digest32 digest = Keccak256.HashData(signing);
        Assert.Equal("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", digest.ToString());
        EvmSignature signature = new(
            Digest32.From(Convert.FromHexString("28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276")),
            Digest32.From(Convert.FromHexString("67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83")), 27);
        Assert.Equal("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", Secp256k1.Recover(digest, signature).ToString());
    }

    // Ethereum's documentation of RLP, "Examples".
    [Theory]
    [InlineData("83646f67")]
    [InlineData("c88363617483646f67")]
    [InlineData("80")]
    [InlineData("c0")]
    [InlineData("00")]
    [InlineData("0f")]
    [InlineData("820400")]
    [InlineData("c7c0c1c0c3c0c1c0")]
    [InlineData("b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974")]
    public void Rlp_reads_and_writes_the_examples(string hex)
    {
        Assert.True(Rlp.TryDecode(Convert.FromHexString(hex), out RlpItem? item));
        Assert.Equal(hex, Convert.ToHexStringLower(Rlp.Encode(item)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8100")]
    [InlineData("817f")]
    [InlineData("83646f")]
    [InlineData("8000")]
    [InlineData("b800")]
    [InlineData("b837" + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("b90038" + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("bf7fffffffffffffff")]
    [InlineData("bbffffffff")]
    [InlineData("ff7fffffffffffffff")]
    [InlineData("c3c0")]
    [InlineData("c2c1")]
    [InlineData("f8")]
    [InlineData("c9c8c7c6c5c4c3c2c1c0")]
    public void Rlp_refuses_other_spellings(string hex) => Assert.False(Rlp.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void Numbers_have_no_leading_zeros()
    {
        Assert.True(RlpItem.From(new byte[] { 1, 0 }).TryNumber(2, out BigInteger number));
        Assert.Equal(256, number);
        Assert.False(RlpItem.From(new byte[] { 0, 1 }).TryNumber(2, out _));
        Assert.False(RlpItem.From(new byte[] { 0 }).TryNumber(2, out _));
        Assert.False(RlpItem.From(new byte[] { 1, 0 }).TryNumber(1, out _));
        Assert.False(RlpItem.List().TryNumber(2, out _));
    }

    [Fact]
    public void Known_transaction_has_its_hash_and_sender()
    {
        Assert.True(SignedTransaction.TryDecode(Convert.FromHexString(Known), out SignedTransaction? transaction));
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", transaction.Sender.ToString());
        Assert.Equal("90590f707eff98b969eca1d87d32cf2f774a6e4877287229a64c579d1580f636", transaction.Hash.ToString());
        Assert.Equal((84532, 7UL, 1_000_000, 2_000_000_000, 100_000UL), (transaction.Transaction.ChainId, transaction.Transaction.Nonce, transaction.Transaction.MaxPriorityFeePerGas, transaction.Transaction.MaxFeePerGas, transaction.Transaction.GasLimit));
        Assert.Equal("0x036CbD53842c5426634e7929541eC2318f3dCF7e", transaction.Transaction.To.ToString());
        Assert.Equal(Known, Convert.ToHexStringLower(transaction.Raw.Span));
    }

    [Fact]
    public void Hostile_transactions_are_refused_and_have_one_spelling()
    {
        FuzzRun.Run([Convert.FromHexString(Known)], input =>
        {
            bool ok = SignedTransaction.TryDecode(input, out SignedTransaction? transaction);
            Assert.True(!ok || transaction!.Raw.Span.SequenceEqual(input));
            return ok;
        }, oneOf: 50);
    }

    // Ethers' documentation of hashMessage.
    [Fact]
    public void Personal_messages_are_hashed_with_their_length() =>
        Assert.Equal("a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2", Eip191.Digest("Hello World").ToString());

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    public void Addresses_have_the_capitals_of_EIP_55(string text)
    {
        Assert.True(EvmAddress.TryParse(text, out EvmAddress address));
        Assert.Equal(text, address.ToString());
        string typo = text.Replace('B', 'b').Replace('D', 'd').Replace('E', 'e');
        Assert.Equal(typo == text || typo == address.ToLowerString(), EvmAddress.TryParse(typo, out _));
    }
}
