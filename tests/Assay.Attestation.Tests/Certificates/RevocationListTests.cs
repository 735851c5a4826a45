using System.Security.Cryptography.X509Certificates;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

public sealed class RevocationListTests
{
    private static readonly SyntheticCertificate Issuer = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root"));
    private static readonly Certificate IssuerRead = Certificate.TryRead(Issuer.Der)!;
    private static readonly AppraisalTimes Now = AppraisalTimes.Of(SyntheticPki.At);

    [Fact]
    public void It_names_what_it_names()
    {
        RevocationList list = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[0x51], [0], [0, 0xFF, 1]]))!;
        Assert.Null(list.Check(IssuerRead, Now, new ChainCache()));
        Assert.Equal(3, list.Count);
        Assert.True(list.Names((byte[])[0x51]));
        Assert.True(list.Names((byte[])[0]));
        Assert.True(list.Names((byte[])[0, 0xFF, 1]));
        Assert.False(list.Names((byte[])[0xFF, 1]));
        Assert.False(list.Names((byte[])[0x52]));
        Assert.Equal("Root", list.IssuerCommonName);
        RevocationList empty = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, []))!;
        Assert.Null(empty.Check(IssuerRead, Now, new ChainCache()));
        Assert.Equal(0, empty.Count);
    }

    [Fact]
    public void It_counts_if_it_was_issued_by_what_is_known_and_had_not_ended()
    {
        RevocationList list = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [], SyntheticPki.At, SyntheticPki.At.AddDays(30)))!;
        Assert.Null(list.Check(IssuerRead, new AppraisalTimes(SyntheticPki.At.AddDays(-90), SyntheticPki.At), new ChainCache()));
        Assert.Null(list.Check(IssuerRead, new AppraisalTimes(SyntheticPki.At.AddDays(30), SyntheticPki.At.AddYears(1)), new ChainCache()));
        Assert.Equal(CertificateErrors.ListNotYetValid, list.Check(IssuerRead, AppraisalTimes.Of(SyntheticPki.At.AddSeconds(-1)), new ChainCache()));
        Assert.Equal(CertificateErrors.ListExpired, list.Check(IssuerRead, AppraisalTimes.Of(SyntheticPki.At.AddDays(30).AddSeconds(1)), new ChainCache()));
    }

    [Fact]
    public void Only_its_issuer_may_have_signed_it()
    {
        byte[] der = SyntheticPki.RevocationList(Issuer, [[1]]);
        RevocationList list = RevocationList.TryRead(der)!;
        SyntheticCertificate lookAlike = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root"));
        Assert.Equal(CertificateErrors.ListSignature, list.Check(Certificate.TryRead(lookAlike.Der)!, Now, new ChainCache()));
        SyntheticCertificate renamed = SyntheticPki.Root(Issuer.Key, CertificateTemplate.Ca("CN=Another"));
        Assert.Equal(CertificateErrors.ListIssuer, list.Check(Certificate.TryRead(renamed.Der)!, Now, new ChainCache()));
        SyntheticCertificate leaf = SyntheticPki.Root(Issuer.Key, CertificateTemplate.Leaf("CN=Root"));
        Assert.Equal(CertificateErrors.ListIssuer, list.Check(Certificate.TryRead(leaf.Der)!, Now, new ChainCache()));
        SyntheticCertificate noLists = SyntheticPki.Root(
            Issuer.Key, new CertificateTemplate { Subject = "CN=Root", Extensions = [SyntheticExtension.BasicConstraints(true), SyntheticExtension.KeyUsage(X509KeyUsageFlags.KeyCertSign)] });
        Assert.Equal(CertificateErrors.ListIssuer, list.Check(Certificate.TryRead(noLists.Der)!, Now, new ChainCache()));
        SyntheticCertificate silent = SyntheticPki.Root(Issuer.Key, new CertificateTemplate { Subject = "CN=Root", Extensions = [SyntheticExtension.BasicConstraints(true)] });
        Assert.Null(list.Check(Certificate.TryRead(silent.Der)!, Now, new ChainCache()));
        int serial = der.AsSpan().IndexOf((byte[])[2, 1, 1, 0x17]);
        Assert.True(serial > 0);
        der[serial + 2] = 2;
        Assert.Equal(CertificateErrors.ListSignature, RevocationList.TryRead(der)!.Check(IssuerRead, Now, new ChainCache()));
    }

    [Fact]
    public void Lists_that_are_not_whole_are_refused()
    {
        Assert.Null(RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [], extensions: [new SyntheticExtension("2.5.29.27", true, [2, 1, 1])])));
        Assert.Null(RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [], extensions: [new SyntheticExtension("2.5.29.28", false, [0x30, 0])])));
        Assert.Null(RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[1]], entryExtensions: [new SyntheticExtension("2.5.29.29", false, [0x30, 0])])));
        Assert.Null(RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[1]], entryExtensions: [new SyntheticExtension("2.5.29.21", false, [0x0A, 1, 8])])));
        RevocationList reason = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[1]], entryExtensions: [new SyntheticExtension("2.5.29.21", true, [0x0A, 1, 1])]))!;
        Assert.Null(reason.Check(IssuerRead, Now, new ChainCache()));
    }

    [Fact]
    public void Unknown_critical_extensions_of_list_and_entries_are_refused()
    {
        RevocationList list = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [], extensions: [new SyntheticExtension("1.2.3", true, [])]))!;
        Assert.Equal(CertificateErrors.ListCritical, list.Check(IssuerRead, Now, new ChainCache()));
        RevocationList entry = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[1]], entryExtensions: [new SyntheticExtension("1.2.3", true, [])]))!;
        Assert.Equal(CertificateErrors.ListCritical, entry.Check(IssuerRead, Now, new ChainCache()));
        RevocationList harmless = RevocationList.TryRead(SyntheticPki.RevocationList(Issuer, [[1]], entryExtensions: [new SyntheticExtension("1.2.3", false, [])]))!;
        Assert.Null(harmless.Check(IssuerRead, Now, new ChainCache()));
    }

    [Fact]
    public void What_is_not_strict_is_refused()
    {
        byte[] good = SyntheticPki.RevocationList(Issuer, [[1]]);
        Assert.Null(RevocationList.TryRead((byte[])[.. good, 0]));
        Assert.Null(RevocationList.TryRead(good.AsMemory(0, good.Length - 1)));
        Assert.Null(RevocationList.TryRead(Array.Empty<byte>()));
        Assert.Null(RevocationList.TryRead(new byte[RevocationList.MaxSize + 1]));
        Assert.Null(RevocationList.TryRead(Issuer.Der));
        Assert.Null(Certificate.TryRead(good));
    }
}
