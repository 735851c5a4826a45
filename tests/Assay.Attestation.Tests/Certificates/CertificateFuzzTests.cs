using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

public sealed class CertificateFuzzTests
{
    private static readonly AppraisalTimes Now = AppraisalTimes.Of(SyntheticPki.At);

    [Fact]
    public void Certificates()
    {
        byte[][] seeds =
        [
            .. RealCertificates.All.Where(static (_, i) => i % 6 == 0).Select(static certificate => certificate.Der.ToArray()),
            SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=A", 1)).Der,
        ];
        FuzzSummary summary = FuzzRun.Run(seeds, static input =>
        {
            Certificate? read = Certificate.TryRead(input);
            if (read is null)
            {
                return false;
            }

            Assert.Equal(input.Length, read.Der.Length);
            Assert.True(read.Serial.Length > 0 && read.Tbs.Length < input.Length);
            _ = new CertificateRole { IsCa = true, SignedWith = read.Algorithm, Key = PublicKeyKind.P256 }.Check(read, 0);
            return true;
        });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 1000, $"{summary}");
    }

    [Fact]
    public void Revocation_lists()
    {
        SyntheticCertificate issuer = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=A"));
        byte[][] seeds =
        [
            RealCertificates.Lists.MinBy(static list => list.Length)!,
            SyntheticPki.RevocationList(issuer, [[1], [2, 3]], entryExtensions: [new SyntheticExtension("2.5.29.21", false, [0x0A, 1, 1])]),
        ];
        FuzzSummary summary = FuzzRun.Run(seeds, static input =>
        {
            RevocationList? read = RevocationList.TryRead(input);
            return read is not null && read.Tbs.Length < input.Length && !read.Names(Array.Empty<byte>());
        });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 1000, $"{summary}");
        RevocationList list = RevocationList.TryRead(seeds[^1])!;
        Assert.Null(list.Check(Certificate.TryRead(issuer.Der)!, Now, new ChainCache()));
    }

    [Fact]
    public void Keys_and_signatures()
    {
        SyntheticKey key = SyntheticKey.P256();
        PublicKey read = PublicKey.TryFromInfo(key.Info)!;
        byte[] signature = key.Sign([1]);
        FuzzSummary keys = FuzzRun.Run([key.Info, SyntheticKey.P384().Info, SyntheticKey.SharedRsa().Info], static input => PublicKey.TryFromInfo(input) is not null);
        Assert.True(keys.Accepted > 100 && keys.Refused > 1000, $"{keys}");
        byte[] rs = new byte[64];
        FuzzSummary signatures = FuzzRun.Run([signature], input => EcdsaSignature.TryFromDer(input, rs));
        Assert.True(signatures.Accepted > 100 && signatures.Refused > 1000, $"{signatures}");
        Assert.True(read.Verifies(SignatureAlgorithm.EcdsaP256, [1], signature));
    }

    /// <summary>Every key that is taken can be used: the platform never throws for one.</summary>
    [Fact]
    public void Keys_that_are_taken_can_be_used()
    {
        Mutator mutator = new(7, [SyntheticKey.P256().Info, SyntheticKey.P384().Info, SyntheticKey.SharedRsa().Info]);
        byte[] signature = new byte[256];
        signature[^1] = 1;
        int used = 0;
        for (int i = 0; i < (FuzzRun.IsDeep ? 100_000 : 4000); i++)
        {
            if (PublicKey.TryFromInfo(mutator.Next()) is PublicKey key)
            {
                used++;
                Assert.False(key.Kind == PublicKeyKind.Rsa ? key.Verifies(SignatureAlgorithm.RsaPssSha384, [1], signature) : key.VerifiesRaw([1], signature.AsSpan(0, key.Value.Length)));
            }
        }

        Assert.True(used > 50, $"{used}");
    }
}
