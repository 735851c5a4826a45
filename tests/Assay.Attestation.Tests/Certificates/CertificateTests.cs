using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

public sealed class CertificateTests
{
    private static readonly SyntheticCertificate Root = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root"));

    [Fact]
    public void Everything_is_read()
    {
        SyntheticKey key = SyntheticKey.P384();
        CertificateTemplate template = CertificateTemplate.Ca("CN=Middle, O=Test", 3, new SyntheticExtension("1.3.6.1.4.1.3704.1.4", false, [1, 2, 3]));
        SyntheticCertificate made = SyntheticPki.Issue(Root, key, template);
        Certificate read = Certificate.TryRead(made.Der)!;
        Assert.Equal(made.Der, read.Der.ToArray());
        Assert.Equal(SHA256.HashData(made.Der), read.Digest.Bytes.ToArray());
        Assert.Equal("Middle", read.CommonName);
        Assert.Equal("Root", read.IssuerCommonName);
        Assert.Equal(made.Name, read.Subject.ToArray());
        Assert.Equal(Root.Name, read.Issuer.ToArray());
        Assert.Equal((true, 3), (read.IsCa, read.PathLength));
        Assert.Equal(KeyUsages.KeyCertSign | KeyUsages.CrlSign, read.KeyUsage);
        Assert.Equal(PublicKeyKind.P384, read.Key!.Kind);
        Assert.Equal(key.Point, read.Key.Value.ToArray());
        Assert.Equal(key.Info, read.KeyInfo.ToArray());
        Assert.Equal(SignatureAlgorithm.EcdsaP256, read.Algorithm);
        Assert.Equal((SyntheticPki.NotBefore, SyntheticPki.NotAfter), (read.NotBefore, read.NotAfter));
        Assert.Equal([1, 2, 3], read.Extension("1.3.6.1.4.1.3704.1.4")!.Value.ToArray());
        Assert.Null(read.Extension("1.3.6.1.4.1.3704.1.5"));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("00ffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("7f000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("81")]
    public void Serial_numbers_of_any_length_are_bytes(string serial)
    {
        Certificate? read = Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=A") with { Serial = Convert.FromHexString(serial) }).Der);
        Assert.Equal(serial, Convert.ToHexStringLower(read!.Serial.Span));
    }

    [Fact]
    public void Times_are_of_either_form_and_reach_the_year_9999()
    {
        DateTimeOffset end = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        DateTimeOffset start = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Certificate? read = Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=A") with { NotBefore = start, NotAfter = end }).Der);
        Assert.Equal((start, end), (read!.NotBefore, read.NotAfter));
    }

    [Fact]
    public void What_is_not_strict_is_refused()
    {
        byte[] good = SyntheticPki.Issue(Root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=A")).Der;
        Assert.NotNull(Certificate.TryRead(good));
        Assert.Null(Certificate.TryRead((byte[])[.. good, 0]));
        Assert.Null(Certificate.TryRead(good.AsMemory(0, good.Length - 1)));
        Assert.Null(Certificate.TryRead(Array.Empty<byte>()));
        Assert.Null(Certificate.TryRead(new byte[Certificate.MaxSize + 1]));

        // The same length in more bytes than needed.
        Assert.Equal((0x30, 0x82), (good[0], good[1]));
        Assert.Null(Certificate.TryRead((byte[])[0x30, 0x83, 0, .. good.AsSpan(2)]));
        CertificateTemplate other = CertificateTemplate.Leaf("CN=A") with { InnerAlgorithm = Convert.FromHexString("300a06082a8648ce3d040303") };
        Assert.Null(Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), other).Der));
        CertificateTemplate twice = CertificateTemplate.Leaf("CN=A", SyntheticExtension.BasicConstraints(true));
        Assert.Null(Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), twice).Der));
        CertificateTemplate many = CertificateTemplate.Leaf("CN=A", [.. Enumerable.Range(0, 80).Select(static i => new SyntheticExtension($"1.2.3.{i}", false, []))]);
        Assert.Null(Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), many).Der));
        CertificateTemplate noCaWithLength = new() { Subject = "CN=A", Extensions = [new SyntheticExtension("2.5.29.19", true, [0x30, 3, 2, 1, 0])] };
        Assert.Null(Certificate.TryRead(SyntheticPki.Issue(Root, SyntheticKey.P256(), noCaWithLength).Der));
    }

    [Fact]
    public void Keys_are_points_of_the_two_curves_or_moduli_of_a_sane_size()
    {
        Assert.Equal(PublicKeyKind.P256, PublicKey.TryFromInfo(SyntheticKey.P256().Info)!.Kind);
        Assert.Equal(PublicKeyKind.Rsa, PublicKey.TryFromInfo(SyntheticKey.SharedRsa().Info)!.Kind);
        using ECDsa p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        Assert.Null(PublicKey.TryFromInfo(p521.ExportSubjectPublicKeyInfo()));
        Assert.Null(PublicKey.TryFromPoint(new byte[64]));
        Assert.Null(PublicKey.TryFromPoint(new byte[96]));
        Assert.Null(PublicKey.TryFromPoint(new byte[65]));
        byte[] unreduced = new byte[96];
        unreduced.AsSpan().Fill(0xFF);
        Assert.Null(PublicKey.TryFromPoint(unreduced));
        BigInteger odd = (BigInteger.One << 4096) - 1;
        Assert.NotNull(Rsa(odd, 65537));
        Assert.NotNull(Rsa((BigInteger.One << 8192) - 1, 3));
        Assert.Null(Rsa((BigInteger.One << 8193) - 1, 3));
        Assert.Null(Rsa((BigInteger.One << 1024) - 1, 3));
        Assert.Null(Rsa(odd - 1, 65537));
        Assert.Null(Rsa(odd, 1));
        Assert.Null(Rsa(odd, 65536));
        Assert.Null(Rsa(odd, (BigInteger.One << 40) + 1));
        Assert.Null(Rsa(-odd, 65537));
    }

    [Fact]
    public void A_key_verifies_its_own_kind_of_signature_alone()
    {
        byte[] data = [1, 2, 3];
        foreach (SyntheticKey key in (SyntheticKey[])[SyntheticKey.P256(), SyntheticKey.P384(), SyntheticKey.SharedRsa()])
        {
            PublicKey read = PublicKey.TryFromInfo(key.Info)!;
            SignatureAlgorithm own = SignatureAlgorithms.Find(key.Algorithm);
            byte[] signature = key.Sign(data);
            foreach (SignatureAlgorithm algorithm in Enum.GetValues<SignatureAlgorithm>())
            {
                Assert.Equal(algorithm == own, read.Verifies(algorithm, data, signature));
            }

            Assert.False(read.Verifies(own, [1, 2, 4], signature));
            Assert.False(read.Verifies(own, data, []));
            Assert.False(read.Verifies(own, data, (byte[])[.. signature, 0]));
            Assert.False(read.VerifiesRaw(data, signature));
            Assert.Equal(key.IsEc, read.VerifiesRaw(data, key.IsEc ? key.SignRaw(data) : signature));
        }
    }

    [Fact]
    public void An_ecdsa_signature_has_one_form_in_der()
    {
        SyntheticKey key = SyntheticKey.P256();
        PublicKey read = PublicKey.TryFromInfo(key.Info)!;
        byte[] data = [9];
        byte[] good = key.Sign(data);
        AsnReader numbers = new AsnReader(good, AsnEncodingRules.DER).ReadSequence();
        byte[] r = numbers.ReadIntegerBytes().ToArray();
        byte[] s = numbers.ReadIntegerBytes().ToArray();
        Assert.True(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form(r, s)));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form([0, .. r], s)));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form(r, [0, 0, .. s])));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form(s, r)));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form([0], [0])));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, Form([.. new byte[] { 1 }, .. new byte[40]], s)));
        Assert.False(read.Verifies(SignatureAlgorithm.EcdsaP256, data, [0x30, (byte)(good.Length - 2 + 3), .. good.AsSpan(2), 2, 1, 0]));
    }

    private static byte[] Form(byte[] r, byte[] s) => [0x30, (byte)(r.Length + s.Length + 4), 2, (byte)r.Length, .. r, 2, (byte)s.Length, .. s];

    private static PublicKey? Rsa(BigInteger modulus, BigInteger exponent)
    {
        AsnWriter key = new(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        AsnWriter info = new(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return PublicKey.TryFromInfo(info.Encode());
    }
}
