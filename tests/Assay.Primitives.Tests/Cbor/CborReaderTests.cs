using Assay.Primitives.Cbor;

namespace Assay.Primitives.Tests.Cbor;

public sealed class CborReaderTests
{
    [Theory]
    [InlineData("", CborErrors.Truncated)]
    [InlineData("18", CborErrors.Truncated)]
    [InlineData("1817", CborErrors.NonShortest)]
    [InlineData("1900ff", CborErrors.NonShortest)]
    [InlineData("1a0000ffff", CborErrors.NonShortest)]
    [InlineData("1b00000000ffffffff", CborErrors.NonShortest)]
    [InlineData("3817", CborErrors.NonShortest)]
    [InlineData("5801ff", CborErrors.NonShortest)]
    [InlineData("780161", CborErrors.NonShortest)]
    [InlineData("980100", CborErrors.NonShortest)]
    [InlineData("b8010000", CborErrors.NonShortest)]
    [InlineData("1901", CborErrors.Truncated)]
    [InlineData("1b0000", CborErrors.Truncated)]
    [InlineData("1c", CborErrors.Unsupported)]
    [InlineData("1f", CborErrors.Unsupported)]
    [InlineData("3f", CborErrors.Unsupported)]
    [InlineData("41", CborErrors.Truncated)]
    [InlineData("5bffffffffffffffff00", CborErrors.Truncated)]
    [InlineData("7bffffffffffffffff00", CborErrors.Truncated)]
    [InlineData("9bffffffffffffffff00", CborErrors.Truncated)]
    [InlineData("bbffffffffffffffff00", CborErrors.Truncated)]
    [InlineData("5b7fffffffffffffff00", CborErrors.Truncated)]
    [InlineData("9b000000010000000000", CborErrors.Truncated)]
    [InlineData("81", CborErrors.Truncated)]
    [InlineData("a1", CborErrors.Truncated)]
    [InlineData("a100", CborErrors.Truncated)]
    [InlineData("5f4100ff", CborErrors.Unsupported)]
    [InlineData("7f6161ff", CborErrors.Unsupported)]
    [InlineData("9f00ff", CborErrors.Unsupported)]
    [InlineData("bf0000ff", CborErrors.Unsupported)]
    [InlineData("c000", CborErrors.Unsupported)]
    [InlineData("d81800", CborErrors.Unsupported)]
    [InlineData("f7", CborErrors.Unsupported)]
    [InlineData("e0", CborErrors.Unsupported)]
    [InlineData("f8ff", CborErrors.Unsupported)]
    [InlineData("f818", CborErrors.Unsupported)]
    [InlineData("f90000", CborErrors.Unsupported)]
    [InlineData("fa00000000", CborErrors.Unsupported)]
    [InlineData("fb0000000000000000", CborErrors.Unsupported)]
    [InlineData("ff", CborErrors.Unsupported)]
    [InlineData("61ff", CborErrors.Utf8)]
    [InlineData("62c080", CborErrors.Utf8)]
    [InlineData("63eda080", CborErrors.Utf8)]
    [InlineData("64f4908080", CborErrors.Utf8)]
    [InlineData("61c3", CborErrors.Utf8)]
    [InlineData("0000", CborErrors.TrailingData)]
    [InlineData("8000", CborErrors.TrailingData)]
    [InlineData("a200000000", CborErrors.KeyOrder)]
    [InlineData("a201000000", CborErrors.KeyOrder)]
    [InlineData("a220000000", CborErrors.KeyOrder)]
    [InlineData("a2616200616100", CborErrors.KeyOrder)]
    [InlineData("a26261610061620000", CborErrors.KeyOrder)]
    [InlineData("81a201000000", CborErrors.KeyOrder)]
    public void Item_outside_the_profile_is_refused_with_its_code(string hex, string code)
    {
        CborReader reader = new(Convert.FromHexString(hex));
        ReadOnlySpan<byte> item = reader.ReadRawItem();
        reader.End();
        Assert.Equal(code, reader.Error);
        Assert.True(item.IsEmpty || code == CborErrors.TrailingData);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("1bffffffffffffffff")]
    [InlineData("3bffffffffffffffff")]
    [InlineData("40")]
    [InlineData("60")]
    [InlineData("80")]
    [InlineData("a0")]
    [InlineData("f4")]
    [InlineData("f5")]
    [InlineData("f6")]
    [InlineData("a200002000")]
    [InlineData("a261620062616100")]
    [InlineData("a28000810000")]
    [InlineData("8301820203820405")]
    public void Item_in_the_profile_is_read_whole(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        CborReader reader = new(bytes);
        Assert.Equal(bytes, reader.ReadRawItem().ToArray());
        reader.End();
        Assert.Null(reader.Error);
        Assert.Equal(bytes.Length, reader.Position);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)0x81, CborReader.MaxDepth), 0x00];
        CborReader fits = new(nested);
        fits.ReadRawItem();
        fits.End();
        Assert.Null(fits.Error);

        CborReader tooDeep = new([0x81, .. nested]);
        tooDeep.ReadRawItem();
        Assert.Equal(CborErrors.Depth, tooDeep.Error);

        CborReader bottomless = new([.. Enumerable.Repeat((byte)0x81, 1_000_000)]);
        bottomless.ReadRawItem();
        Assert.Equal(CborErrors.Depth, bottomless.Error);

        CborReader maps = new([.. Enumerable.Repeat<byte[]>([0xA1, 0x00], 40).SelectMany(x => x), 0x00]);
        maps.ReadRawItem();
        Assert.Equal(CborErrors.Depth, maps.Error);
    }

    [Fact]
    public void Typed_reads_give_the_values()
    {
        CborReader reader = new(Convert.FromHexString("8a1818" + "3863" + "42abcd" + "62c3a9" + "f6" + "f5" + "f4" + "a10102" + "3b7fffffffffffffff" + "1b7fffffffffffffff"));
        Assert.Equal(CborKind.Array, reader.Peek());
        Assert.Equal(10, reader.ReadArrayHeader());
        Assert.Equal(CborKind.UnsignedInteger, reader.Peek());
        Assert.Equal(24UL, reader.ReadUInt());
        Assert.Equal(CborKind.NegativeInteger, reader.Peek());
        Assert.Equal(-100, reader.ReadInt());
        Assert.Equal(CborKind.Bytes, reader.Peek());
        Assert.Equal([0xAB, 0xCD], reader.ReadBytes().ToArray());
        Assert.Equal(CborKind.Text, reader.Peek());
        Assert.Equal("é", reader.ReadText());
        Assert.Equal(CborKind.Null, reader.Peek());
        reader.ReadNull();
        Assert.Equal(CborKind.Boolean, reader.Peek());
        Assert.True(reader.ReadBool());
        Assert.False(reader.ReadBool());
        Assert.Equal(CborKind.Map, reader.Peek());
        reader.ReadMapHeader(1);
        Assert.False(reader.TryMapKey(0));
        Assert.True(reader.TryMapKey(1));
        Assert.Equal(2, reader.ReadInt());
        Assert.Equal(long.MinValue, reader.ReadInt());
        Assert.Equal(long.MaxValue, reader.ReadInt());
        Assert.Equal(CborKind.None, reader.Peek());
        reader.End();
        Assert.Null(reader.Error);
    }

    [Fact]
    public void First_error_stays_and_every_later_read_gives_a_default()
    {
        CborReader reader = new([0x01, 0x02, 0x43, 1, 2, 3, 0x63, (byte)'a', (byte)'b', (byte)'c', 0x81, 0xA1, 0xF5]);
        reader.ReadNull();
        int position = reader.Position;
        Assert.Equal(0UL, reader.ReadUInt());
        Assert.Equal(0, reader.ReadInt());
        Assert.True(reader.ReadBytes().IsEmpty);
        Assert.True(reader.ReadBytes(3).IsEmpty);
        Assert.Equal("", reader.ReadText());
        Assert.Equal(default, reader.ReadDigest());
        Assert.Equal(0, reader.ReadArrayHeader());
        Assert.Equal(0, reader.ReadMapHeader());
        Assert.False(reader.ReadBool());
        Assert.False(reader.TryMapKey(1));
        Assert.True(reader.ReadRawItem().IsEmpty);
        Assert.Equal(CborKind.None, reader.Peek());
        reader.MapKey(1);
        reader.End();
        reader.Fail("other");
        Assert.Equal(CborErrors.Type, reader.Error);
        Assert.Equal(position, reader.Position);
    }

    [Theory]
    [InlineData("1b8000000000000000", CborErrors.Range)]
    [InlineData("3b8000000000000000", CborErrors.Range)]
    [InlineData("40", CborErrors.Type)]
    public void Integer_that_does_not_fit_is_refused(string hex, string code)
    {
        CborReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(0, reader.ReadInt());
        Assert.Equal(code, reader.Error);
    }

    [Fact]
    public void Expected_lengths_and_keys_are_checked()
    {
        CborReader bytes = new([0x42, 1, 2]);
        Assert.True(bytes.ReadBytes(3).IsEmpty);
        Assert.Equal(CborErrors.Length, bytes.Error);

        CborReader digest = new([0x42, 1, 2]);
        digest.ReadDigest();
        Assert.Equal(CborErrors.Length, digest.Error);

        CborReader array = new([0x82, 1, 2]);
        array.ReadArrayHeader(3);
        Assert.Equal(CborErrors.Length, array.Error);

        CborReader map = new([0xA1, 1, 2]);
        map.ReadMapHeader(2);
        Assert.Equal(CborErrors.Length, map.Error);

        CborReader key = new([0x02]);
        key.MapKey(1);
        Assert.Equal(CborErrors.Key, key.Error);

        CborReader textKey = new([0x61, (byte)'a']);
        Assert.False(textKey.TryMapKey(0));
        Assert.Null(textKey.Error);
        textKey.MapKey(0);
        Assert.Equal(CborErrors.Type, textKey.Error);
    }

    [Fact]
    public void Counts_never_exceed_what_the_bytes_can_hold()
    {
        CborReader array = new([0x84, 0, 0, 0]);
        Assert.Equal(0, array.ReadArrayHeader());
        Assert.Equal(CborErrors.Truncated, array.Error);

        CborReader map = new([0xA2, 0, 0, 0]);
        Assert.Equal(0, map.ReadMapHeader());
        Assert.Equal(CborErrors.Truncated, map.Error);
    }

    [Fact]
    public void Every_truncation_of_an_item_is_truncated()
    {
        Random random = new(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] item = CborDocuments.Item(random, 4);
            for (int length = 0; length < item.Length; length++)
            {
                CborReader reader = new(item.AsSpan(0, length));
                reader.ReadRawItem();
                Assert.Equal(CborErrors.Truncated, reader.Error);
            }
        }
    }
}
