using System.Text;
using Assay.Primitives.Cbor;

namespace Assay.Primitives.Tests.Cbor;

public sealed class CborWriterTests
{
    /// <summary>RFC 8949, appendix A, as far as the profile goes.</summary>
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(10UL, "0a")]
    [InlineData(23UL, "17")]
    [InlineData(24UL, "1818")]
    [InlineData(25UL, "1819")]
    [InlineData(100UL, "1864")]
    [InlineData(255UL, "18ff")]
    [InlineData(256UL, "190100")]
    [InlineData(1000UL, "1903e8")]
    [InlineData(65535UL, "19ffff")]
    [InlineData(65536UL, "1a00010000")]
    [InlineData(1000000UL, "1a000f4240")]
    [InlineData(4294967295UL, "1affffffff")]
    [InlineData(4294967296UL, "1b0000000100000000")]
    [InlineData(1000000000000UL, "1b000000e8d4a51000")]
    [InlineData(18446744073709551615UL, "1bffffffffffffffff")]
    public void Unsigned_integers(ulong value, string hex)
    {
        CborWriter writer = new(0);
        writer.WriteUInt(value);
        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
        if (value <= long.MaxValue)
        {
            writer.Reset();
            writer.WriteInt((long)value);
            Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
        }
    }

    [Theory]
    [InlineData(-1, "20")]
    [InlineData(-10, "29")]
    [InlineData(-100, "3863")]
    [InlineData(-1000, "3903e7")]
    [InlineData(long.MinValue, "3b7fffffffffffffff")]
    public void Negative_integers(long value, string hex)
    {
        CborWriter writer = new();
        writer.WriteInt(value);
        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
    }

    [Theory]
    [InlineData("", "60")]
    [InlineData("a", "6161")]
    [InlineData("IETF", "6449455446")]
    [InlineData("\"\\", "62225c")]
    [InlineData("ü", "62c3bc")]
    [InlineData("水", "63e6b0b4")]
    [InlineData("\ud800\udd51", "64f0908591")]
    public void Texts(string value, string hex)
    {
        CborWriter writer = new();
        writer.WriteText(value);
        Assert.Equal(hex, Convert.ToHexStringLower(writer.Written));
    }

    [Fact]
    public void Containers_and_simple_values()
    {
        CborWriter writer = new(1);
        writer.WriteArrayHeader(5);
        writer.WriteBytes([1, 2, 3, 4]);
        writer.WriteMapHeader(2);
        writer.WriteText("a");
        writer.WriteUInt(1);
        writer.WriteText("b");
        writer.WriteRaw([0x82, 2, 3]);
        writer.WriteBool(false);
        writer.WriteBool(true);
        writer.WriteNull();
        Assert.Equal("854401020304a26161016162820203f4f5f6", Convert.ToHexStringLower(writer.ToArray()));
    }

    [Fact]
    public void Reset_forgets_and_reuses()
    {
        CborWriter writer = new(8);
        writer.WriteBytes(new byte[100]);
        writer.Reset();
        Assert.Equal(0, writer.Written.Length);
        writer.WriteUInt(7);
        Assert.Equal([7], writer.ToArray());
    }

    [Fact]
    public void Programming_errors_throw()
    {
        CborWriter writer = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteArrayHeader(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteMapHeader(-1));
        Assert.Throws<EncoderFallbackException>(() => writer.WriteText("\ud800"));
    }
}
