using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Primitives.Cose;

namespace Assay.Primitives.Tests.Cose;

public sealed class P256PublicKeyTests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public void Thumbprint_is_that_of_rfc_9679()
    {
        // RFC 9679, section 6.
        byte[] xy = Convert.FromHexString(
            "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d" +
            "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c");
        Assert.True(P256PublicKey.TryFrom(xy, out P256PublicKey key));
        Assert.Equal("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec", key.Thumbprint().ToString());
        Assert.Equal(xy, key.ToArray());
    }

    [Fact]
    public void Point_off_the_curve_or_not_reduced_is_refused()
    {
        using Es256Signer signer = TestKeys.Signer(1);
        byte[] good = signer.PublicKey.ToArray();
        Assert.True(P256PublicKey.TryFrom(good, out P256PublicKey same));
        Assert.Equal(signer.PublicKey, same);
        foreach (byte[] changed in FlippedBits(good))
        {
            Assert.False(P256PublicKey.TryFrom(changed, out P256PublicKey none));
            Assert.Equal(default, none);
        }

        Assert.False(P256PublicKey.TryFrom(new byte[64], out _));
        Assert.False(P256PublicKey.TryFrom(good.AsSpan(1), out _));
        Assert.False(P256PublicKey.TryFrom([.. good, 0], out _));
        Assert.False(P256PublicKey.TryFrom([], out _));

        // x = 5 is on the curve; x = p + 5 names the same point in another way.
        BigInteger p = BigInteger.Parse(
            "0FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        BigInteger b = BigInteger.Parse(
            "05AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        BigInteger y = BigInteger.ModPow(125 - 15 + b, (p + 1) / 4, p);
        Assert.True(P256PublicKey.TryFrom([.. Bytes32(5), .. Bytes32(y)], out _));
        Assert.True(P256PublicKey.TryFrom([.. Bytes32(5), .. Bytes32(p - y)], out _));
        Assert.False(P256PublicKey.TryFrom([.. Bytes32(p + 5), .. Bytes32(y)], out _));
        Assert.False(P256PublicKey.TryFrom([.. Bytes32(6), .. Bytes32(y)], out _));
    }

    [Fact]
    public void Signatures_verify_are_low_and_bind_key_and_data()
    {
        using Es256Signer signer = TestKeys.Signer(1);
        using Es256Signer other = TestKeys.Signer(2);
        byte[] signature = new byte[64];
        for (int i = 0; i < 64; i++)
        {
            byte[] data = new byte[i];
            signer.Sign(data, signature);
            Assert.True(S(signature) <= Order / 2);
            Assert.Equal(CheckResult.Pass, signer.PublicKey.Verify(data, signature));
            Assert.Equal(CheckResult.Fail, other.PublicKey.Verify(data, signature));
            Assert.Equal(CheckResult.Fail, signer.PublicKey.Verify([.. data, 0], signature));
        }

        foreach (byte[] changed in FlippedBits(signature))
        {
            Assert.Equal(CheckResult.Fail, signer.PublicKey.Verify(new byte[63], changed));
        }
    }

    [Fact]
    public void High_s_fails_though_the_platform_accepts_it()
    {
        using ECDsa platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Es256Signer signer = new(platform);
        byte[] data = [1, 2, 3];
        byte[] signature = new byte[64];
        signer.Sign(data, signature);
        byte[] high = [.. signature.AsSpan(0, 32), .. Bytes32(Order - S(signature))];
        Assert.True(platform.VerifyData(data, high, HashAlgorithmName.SHA256));
        Assert.Equal(CheckResult.Fail, signer.PublicKey.Verify(data, high));
    }

    [Fact]
    public void Hostile_signatures_fail_without_an_exception()
    {
        using Es256Signer signer = TestKeys.Signer(1);
        BigInteger[] numbers = [0, 1, 2, Order / 2, Order / 2 + 1, Order - 1, Order, Order + 1, (BigInteger.One << 256) - 1];
        foreach (BigInteger r in numbers)
        {
            foreach (BigInteger s in numbers)
            {
                Assert.Equal(CheckResult.Fail, signer.PublicKey.Verify([1], [.. Bytes32(r), .. Bytes32(s)]));
            }
        }

        for (int length = 0; length < 130; length++)
        {
            if (length != 64)
            {
                Assert.Equal(CheckResult.Fail, signer.PublicKey.Verify([1], new byte[length]));
            }
        }
    }

    [Fact]
    public void Default_key_verifies_nothing()
    {
        using Es256Signer signer = TestKeys.Signer(1);
        byte[] signature = new byte[64];
        signer.Sign([1], signature);
        Assert.Equal(CheckResult.Fail, default(P256PublicKey).Verify([1], signature));
    }

    [Fact]
    public void Half_of_the_order_is_the_border()
    {
        Assert.False(P256Order.IsHigh(Bytes32(Order / 2)));
        Assert.True(P256Order.IsHigh(Bytes32(Order / 2 + 1)));
        foreach (BigInteger s in new[] { Order / 2 + 1, Order - 1, Order - 255, Order - 256 })
        {
            byte[] bytes = Bytes32(s);
            P256Order.Normalise(bytes);
            Assert.Equal(Bytes32(Order - s), bytes);
        }
    }

    [Fact]
    public void Keys_of_another_curve_are_not_signers()
    {
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => new Es256Signer(p384));
    }

    [Fact]
    public void One_signer_and_one_key_serve_many_threads()
    {
        using Es256Signer one = TestKeys.Signer(1);
        using Es256Signer two = TestKeys.Signer(2);
        Parallel.For(0, 200, i =>
        {
            Es256Signer signer = i % 3 == 0 ? one : two;
            byte[] signature = new byte[64];
            byte[] data = BitConverter.GetBytes(i);
            signer.Sign(data, signature);
            Assert.Equal(CheckResult.Pass, signer.PublicKey.Verify(data, signature));
        });
    }

    private static BigInteger S(byte[] signature) => new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes32(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static IEnumerable<byte[]> FlippedBits(byte[] bytes)
    {
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return flipped;
        }
    }

    [Fact]
    public void Its_SubjectPublicKeyInfo_is_the_platforms()
    {
        using ECDsa platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Es256Signer signer = new(ECDsa.Create(platform.ExportParameters(true)));
        Assert.Equal(platform.ExportSubjectPublicKeyInfo(), signer.PublicKey.ToSubjectPublicKeyInfo());
    }
}
