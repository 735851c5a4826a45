using FsCheck;
using FsCheck.Fluent;

namespace Assay.Primitives.Tests;

public sealed class IdentifierTests
{
    private const string AbcHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Sha256_of_abc_is_the_standard_vector()
    {
        Assert.Equal(AbcHash, Digest32.Sha256("abc"u8).ToString());
        Assert.Equal(AbcHash, Digest32.Sha256("a"u8, "bc"u8).ToString());
    }

    [Fact]
    public void Sha256_of_two_parts_is_that_of_their_concatenation()
    {
        byte[] data = new byte[5000];
        new Random(1).NextBytes(data);
        foreach (int length in new[] { 0, 1, 55, 64, 2047, 2048, 2049, 2050, 5000 })
        {
            foreach (int split in new[] { 0, length / 3, length })
            {
                Assert.Equal(
                    Digest32.Sha256(data.AsSpan(0, length)),
                    Digest32.Sha256(data.AsSpan(0, split), data.AsSpan(split, length - split)));
            }
        }
    }

    [Fact]
    public void Digest_bytes_and_hex_round_trip() => Prop.ForAll<byte[]>(seed =>
    {
        Digest32 digest = Digest32.Sha256(seed);
        return Digest32.From(digest.Bytes) == digest
            && Digest32.From(digest.ToArray()) == digest
            && Digest32.TryParseHex(digest.ToString(), out Digest32 lower) && lower == digest
            && Digest32.TryParseHex(digest.ToString().ToUpperInvariant(), out Digest32 upper) && upper == digest
            && digest.GetHashCode() == lower.GetHashCode();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Digest_order_is_that_of_the_bytes() => Prop.ForAll<byte[], byte[]>((a, b) =>
    {
        Digest32 left = Digest32.Sha256(a);
        Digest32 right = Digest32.Sha256(b);
        return Math.Sign(Digest32.Compare(left, right))
            == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adf")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Digest_hex_of_another_form_is_refused(string hex)
    {
        Assert.False(Digest32.TryParseHex(hex, out Digest32 digest));
        Assert.Equal(default, digest);
        Assert.False(ModelId.TryParse(hex, out _));
    }

    [Fact]
    public void Digest_of_another_length_is_refused()
    {
        Assert.False(Digest32.TryFrom(new byte[31], out _));
        Assert.False(Digest32.TryFrom(new byte[33], out _));
        Assert.Throws<ArgumentException>(() => Digest32.From(new byte[31]));
    }

    [Fact]
    public void Ids_round_trip_as_text()
    {
        Assert.True(ModelId.TryParse(AbcHash, out ModelId model));
        Assert.Equal(AbcHash, model.ToString());
        Assert.Equal(Digest32.Sha256("abc"u8), model.Value);

        ReceiptId receipt = ReceiptId.From(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        Assert.Equal("000102030405060708090a0b0c0d0e0f", receipt.ToString());
        Assert.True(ReceiptId.TryParse(receipt.ToString(), out ReceiptId parsed));
        Assert.Equal(receipt, parsed);
        Assert.Equal(receipt.ToArray(), parsed.Bytes.ToArray());
        Assert.False(ReceiptId.TryParse("00", out _));
        Assert.False(ReceiptId.TryParse("zz0102030405060708090a0b0c0d0e0f", out _));
        Assert.False(ReceiptId.TryFrom(new byte[17], out _));
        Assert.Throws<ArgumentException>(() => ReceiptId.From(new byte[15]));
    }

    [Fact]
    public void New_receipt_ids_are_uuids_of_version_7_in_the_order_of_time()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(0x0123456789AB);
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, ReceiptId.RandomSize)];
        Assert.Equal("0123456789ab7fffbfffffffffffffff", ReceiptId.Create(now, ones).ToString());
        Assert.Equal("0123456789ab70008000000000000000", ReceiptId.Create(now, new byte[ReceiptId.RandomSize]).ToString());
        Assert.Equal(7, new Guid(ReceiptId.Create(now, ones).Bytes, bigEndian: true).Version);
        Assert.True(string.CompareOrdinal(ReceiptId.Create(now, ones).ToString(), ReceiptId.Create(now.AddMilliseconds(1), new byte[10]).ToString()) < 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReceiptId.Create(now, new byte[16]));
    }

    [Fact]
    public void Domain_tags_differ_from_one_another()
    {
        string[] tags = [.. typeof(DomainTags).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(tags.Length, tags.Distinct().Count());
    }
}
