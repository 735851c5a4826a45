using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments.Tests;

public sealed class SettlementEvidenceTests
{
    private static readonly SettlementEvidence Sample = new()
    {
        ChainId = 84532,
        Token = Address(1),
        Payer = Address(2),
        Payee = Address(3),
        Amount = 10_000,
        Nonce = Digest32.Sha256("nonce"u8),
        NonceKeeper = Address(1),
        Transaction = Digest32.Sha256("transaction"u8),
        Payload = Digest32.Sha256("payload"u8),
    };

    [Fact]
    public void TryDecode_Encoded_GivesItBack()
    {
        SettlementEvidence free = Sample with { Amount = 0, Transaction = null };
        Assert.Equal(Sample, SettlementEvidence.TryDecode(Sample.Encode()));
        Assert.Equal(free, SettlementEvidence.TryDecode(free.Encode()));
        Assert.Equal("eip155:84532", Sample.Network);
        Assert.True(Sample.Encode().Length < SettlementEvidence.MaxLength);
    }

    [Fact]
    public void TryDecode_EveryFlippedBit_IsRefusedOrAnotherValue()
    {
        byte[] bytes = Sample.Encode();
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(Sample, SettlementEvidence.TryDecode(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryDecode_CutOrLonger_IsRefused()
    {
        byte[] bytes = Sample.Encode();
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(SettlementEvidence.TryDecode(bytes.AsSpan(0, length))));
        Assert.Null(SettlementEvidence.TryDecode([.. bytes, 0]));
        Assert.Null(SettlementEvidence.TryDecode(new byte[SettlementEvidence.MaxLength + 1]));
    }

    [Fact]
    public void TransactionWithoutAmount_OrTheReverse_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => (Sample with { Amount = 0 }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Sample with { Transaction = null }).Encode());
        byte[] bytes = Sample.Encode();
        int amount = bytes.AsSpan().IndexOf(EvmAmount.Word(Sample.Amount).Bytes);
        bytes.AsSpan(amount, 32).Clear();
        Assert.Null(SettlementEvidence.TryDecode(bytes));
    }

    private static EvmAddress Address(byte value) => EvmAddress.From([.. Enumerable.Repeat(value, EvmAddress.Size)]);
}
