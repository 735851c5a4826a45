using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain.Tests;

public sealed class EvmAccountTests
{
    // Anvil's well-known development key 0.
    private const string Development = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    [Fact]
    public void Addresses_are_those_of_the_keys()
    {
        using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(Development));
        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", account.Address.ToString());
        Assert.Equal(Development, Convert.ToHexStringLower(account.ExportPrivateKey()));
        using EvmAccount one = EvmAccount.FromPrivateKey([.. new byte[31], 1]);
        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", one.Address.ToString());
    }

    [Fact]
    public void Signatures_are_low_and_recover_the_account_also_of_many_at_once()
    {
        using EvmAccount account = EvmAccount.Generate();
        Parallel.For(0, 40, i =>
        {
            Digest32 digest = Digest32.Sha256(BitConverter.GetBytes(i));
            EvmSignature signature = account.Sign(digest);
            Assert.True(EvmSignature.TryFrom(signature.ToArray(), out _));
            Assert.Equal(account.Address, Secp256k1.Recover(digest, signature));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void What_is_no_private_key_is_refused(string hex)
    {
        Assert.False(EvmAccount.IsPrivateKey(Convert.FromHexString(hex)));
        Assert.Throws<ArgumentException>(() => EvmAccount.FromPrivateKey(Convert.FromHexString(hex)));
    }
}
