using Assay.Primitives;

namespace Assay.Receipts.Tests;

public sealed class StatementTests
{
    private static readonly ReceiptStatement Fixed = new()
    {
        KeySet = Filled(0x22),
        Id = ReceiptId.From(Enumerable.Repeat((byte)0x33, 16).ToArray()),
        IssuedAt = 0x0102030405,
        Counter = 0xfffefdfcfbfaf9f8,
        Policy = Filled(0x66),
        LevelSource = LevelSource.NodeDefault,
        ClaimsRoot = Filled(0x88),
        OutputRoot = Filled(0x99),
        Phase = ReceiptPhase.Final,
    };

    [Fact]
    public void Encode_Fixed_IsTheBytesOfTheSpec()
    {
        string expected = "aa" + "01" + "70" + Convert.ToHexStringLower("assay/receipt/v1"u8)
            + "02" + "5820" + Repeat("22", 32)
            + "03" + "50" + Repeat("33", 16)
            + "04" + "48" + "0000000102030405"
            + "05" + "48" + "fffefdfcfbfaf9f8"
            + "06" + "5820" + Repeat("66", 32)
            + "07" + "41" + "03"
            + "08" + "5820" + Repeat("88", 32)
            + "09" + "5820" + Repeat("99", 32)
            + "0a" + "41" + "01";

        Assert.Equal(expected, Convert.ToHexStringLower(Fixed.Encode()));
        Assert.Equal(203, Fixed.Encode().Length);
    }

    [Fact]
    public void TryDecode_Encoded_GivesItBack()
    {
        Assert.Equal(Fixed, ReceiptStatement.TryDecode(Fixed.Encode(), out string? error));
        Assert.Null(error);
    }

    [Fact]
    public void TryDecode_EveryFlippedBit_IsRefusedOrAnotherStatement()
    {
        byte[] bytes = Fixed.Encode();
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            ReceiptStatement? statement = ReceiptStatement.TryDecode(flipped, out string? error);
            Assert.Equal(statement is null, error is not null);
            Assert.NotEqual(Fixed, statement);
            if (statement is not null)
            {
                Assert.Equal(flipped, statement.Encode());
            }
        }
    }

    [Theory]
    [InlineData(74, 0x7f, ReceiptErrors.StatementIssuedAt)]
    [InlineData(74, 0x80, ReceiptErrors.StatementIssuedAt)]
    [InlineData(129, 5, ReceiptErrors.StatementLevelSource)]
    [InlineData(202, 3, ReceiptErrors.StatementPhase)]
    [InlineData(0, 0xab, ReceiptErrors.StatementLayout)]
    [InlineData(19, 3, ReceiptErrors.StatementLayout)]
    public void TryDecode_ValueOutOfRange_SaysWhich(int at, byte value, string expected)
    {
        byte[] bytes = Fixed.Encode();
        bytes[at] = value;

        Assert.Null(ReceiptStatement.TryDecode(bytes, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TryDecode_CounterZero_IsRefused()
    {
        byte[] bytes = Fixed.Encode();
        bytes.AsSpan(84, 8).Clear();

        Assert.Null(ReceiptStatement.TryDecode(bytes, out string? error));
        Assert.Equal(ReceiptErrors.StatementCounter, error);
    }

    [Fact]
    public void TryDecode_AnyOtherLength_IsRefused()
    {
        byte[] bytes = [.. Fixed.Encode(), 0];
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(length == 203, ReceiptStatement.TryDecode(bytes.AsSpan(0, length), out _) is not null);
        }
    }

    [Fact]
    public void Encode_ValueOutOfRange_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => (Fixed with { IssuedAt = -1 }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Fixed with { IssuedAt = ReceiptStatement.MaxUnixMilliseconds + 1 }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Fixed with { Counter = 0 }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Fixed with { Phase = (ReceiptPhase)3 }).Encode());
    }

    [Fact]
    public void BatchHead_Encode_IsTheBytesOfTheSpec()
    {
        BatchHead head = new(Filled(0x22), 7, Filled(0x44));
        string expected = "a4" + "01" + "6e" + Convert.ToHexStringLower("assay/batch/v1"u8)
            + "02" + "5820" + Repeat("22", 32) + "03" + "48" + "0000000000000007" + "04" + "5820" + Repeat("44", 32);

        Assert.Equal(expected, Convert.ToHexStringLower(head.Encode()));
        Assert.Equal(head, BatchHead.TryDecode(head.Encode(), out _));
        Assert.Null(BatchHead.TryDecode((head with { Size = 0 }).Encode(), out string? error));
        Assert.Equal(ReceiptErrors.HeadLayout, error);
    }

    private static Digest32 Filled(byte value) => Digest32.From(Enumerable.Repeat(value, 32).ToArray());

    private static string Repeat(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));
}
