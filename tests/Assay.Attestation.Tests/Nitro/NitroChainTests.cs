using System.Security.Cryptography.X509Certificates;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Nitro;

/// <summary>Substitutions: other roots, certificates in others' places, other keys, another time, a debug enclave.</summary>
public sealed class NitroChainTests
{
    private static readonly NitroPki Pki = NitroSetup.Pki;
    private static readonly DateTimeOffset Now = NitroSetup.Now;

    [Fact]
    public void A_root_with_the_same_names_and_another_key_is_refused_wherever_it_stands()
    {
        NitroPki other = new(Now);
        (NitroTemplate template, SyntheticKey key) = NitroTemplate.Of(other, Now);
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(key)), StepCodes.Chain, CertificateErrors.Anchor);

        // With the real root on top, nobody up there signed the rest.
        template = template with { Bundle = [Pki.Root.Der, other.Region.Der, other.Zone.Der, other.Instance.Der] };
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(key)), StepCodes.Chain, CertificateErrors.Signature);
        template = template with { Bundle = [Pki.Root.Der, Pki.Region.Der, Pki.Zone.Der, other.Instance.Der] };
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(key)), StepCodes.Chain, CertificateErrors.Signature);
        template = template with { Bundle = Pki.Bundle };
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(key)), StepCodes.Chain, CertificateErrors.Signature);
    }

    [Fact]
    public void A_document_by_another_key_than_its_certificates_is_refused()
    {
        (NitroTemplate template, _) = NitroTemplate.Of(Pki, Now);
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(SyntheticKey.P384())), StepCodes.Signature, NitroErrors.Signature);

        // Another enclave's certificate under the same instance, with this one's signature.
        (_, SyntheticKey key) = NitroTemplate.Of(Pki, Now);
        NitroSetup.AssertFails(NitroSetup.Verify(template.Sign(key)), StepCodes.Signature, NitroErrors.Signature);
    }

    [Fact]
    public void Certificates_of_authorities_dont_sign_documents_and_leaves_dont_sign_certificates()
    {
        (NitroTemplate template, SyntheticKey key) = NitroTemplate.Of(Pki, Now);
        SyntheticCertificate[] authorities = [Pki.Root, Pki.Region, Pki.Zone, Pki.Instance];
        for (int i = 0; i < authorities.Length; i++)
        {
            NitroTemplate byAuthority = template with { Certificate = authorities[i].Der, Bundle = [.. Pki.Bundle.Take(Math.Max(i, 1))] };
            NitroSetup.AssertFails(NitroSetup.Verify(byAuthority.Sign(authorities[i].Key)), StepCodes.Chain, CertificateErrors.Role);
        }

        SyntheticCertificate leaf = new(template.Certificate, key, SyntheticPki.Name($"C=US, ST=Washington, L=Seattle, O=Amazon, OU=AWS, CN={NitroPki.ModuleId}.eu-test-1.aws"));
        SyntheticCertificate below = SyntheticPki.Issue(leaf, SyntheticKey.P384(), CertificateTemplate.Leaf("CN=enclave") with { NotBefore = Now.AddHours(-1), NotAfter = Now.AddHours(1) });
        NitroTemplate byLeaf = template with { Certificate = below.Der, Bundle = [.. Pki.Bundle, leaf.Der] };
        NitroSetup.AssertFails(NitroSetup.Verify(byLeaf.Sign(below.Key)), StepCodes.Chain, CertificateErrors.Role);
    }

    [Fact]
    public void Path_lengths_hold_and_shorter_chains_that_they_allow_pass()
    {
        SyntheticCertificate more = Issue(Pki.Instance, "CN=more", ca: true);
        SyntheticCertificate leaf = Issue(more, "CN=enclave");
        NitroSetup.AssertFails(NitroSetup.Verify(Document(leaf, [.. Pki.Bundle, more.Der])), StepCodes.Chain, CertificateErrors.Role);

        leaf = Issue(Pki.Zone, "CN=enclave");
        Assert.True(NitroSetup.Passes(NitroSetup.Verify(Document(leaf, [.. Pki.Bundle.Take(3)]))));
        leaf = Issue(Pki.Root, "CN=enclave");
        Assert.True(NitroSetup.Passes(NitroSetup.Verify(Document(leaf, [Pki.Root.Der]))));
    }

    [Fact]
    public void A_bundle_in_another_order_or_with_a_gap_or_with_more_is_refused()
    {
        IReadOnlyList<byte[]> good = Pki.Bundle;
        Refused([.. good.Reverse()], CertificateErrors.Anchor);
        Refused([good[0], good[2], good[1], good[3]], CertificateErrors.Role, CertificateErrors.Name);
        Refused([good[0], good[1], good[3]], CertificateErrors.Name);
        Refused([good[1], good[2], good[3]], CertificateErrors.Anchor);
        Refused([good[0], good[0], good[1], good[2], good[3]], CertificateErrors.Signature, CertificateErrors.Name, null);
        Refused([.. good, [0x30, 0x00]], CertificateErrors.Parse);
        Refused([[0x30, 0x00], .. good], CertificateErrors.Parse);

        static void Refused(IReadOnlyList<byte[]> bundle, params string?[] codes)
        {
            (NitroTemplate template, SyntheticKey key) = NitroTemplate.Of(Pki, Now);
            AppraisalStep chain = NitroSetup.Verify((template with { Bundle = bundle }).Sign(key)).Steps[2];
            Assert.Contains(chain.Detail, codes);
        }
    }

    [Fact]
    public void Leaves_of_other_kinds_are_refused()
    {
        NitroSetup.AssertFails(NitroSetup.Verify(Document(Issue(Pki.Instance, "CN=enclave", key: SyntheticKey.P256()), Pki.Bundle)), StepCodes.Parse, NitroErrors.SignatureLength);
        byte[] wrongCurve = NitroTemplate.Message(NitroTemplate.Es384, [0xA0], NitroTemplate.Payload(Template(Issue(Pki.Instance, "CN=enclave", key: SyntheticKey.P256()), Pki.Bundle).Members()), new byte[96]);
        NitroSetup.AssertFails(NitroSetup.Verify(wrongCurve), StepCodes.Signature, NitroErrors.Key);

        // A point off the curve: the platform would throw.
        SyntheticKey key = SyntheticKey.P384();
        byte[] offCurve = [.. key.Info];
        offCurve[^1] ^= 1;
        SyntheticCertificate leaf = SyntheticPki.Issue(Pki.Instance, key, CertificateTemplate.Leaf("CN=enclave") with { NotBefore = Now.AddHours(-1), NotAfter = Now.AddHours(1), KeyInfo = offCurve });
        NitroSetup.AssertFails(NitroSetup.Verify(Document(leaf, Pki.Bundle)), StepCodes.Signature, NitroErrors.Key);
        NitroSetup.AssertFails(NitroSetup.Verify((Template(leaf, Pki.Bundle) with { Certificate = [0x30, 0x00] }).Sign(key)), StepCodes.Signature, NitroErrors.Key);

        leaf = Issue(Pki.Instance, "CN=enclave", extensions: [SyntheticExtension.BasicConstraints(false), SyntheticExtension.KeyUsage(X509KeyUsageFlags.KeyAgreement)]);
        NitroSetup.AssertFails(NitroSetup.Verify(Document(leaf, Pki.Bundle)), StepCodes.Chain, CertificateErrors.Role);
        leaf = Issue(Pki.Instance, "CN=enclave", extensions: [SyntheticExtension.BasicConstraints(false), new SyntheticExtension("1.2.3.4", true, [5, 0])]);
        NitroSetup.AssertFails(NitroSetup.Verify(Document(leaf, Pki.Bundle)), StepCodes.Chain, CertificateErrors.Critical);
    }

    [Fact]
    public void Every_certificate_must_be_in_force_at_the_time_not_only_the_leaf()
    {
        SyntheticCertificate leaf = SyntheticPki.Issue(Pki.Instance, SyntheticKey.P384(), CertificateTemplate.Leaf("CN=enclave") with { NotBefore = Now.AddYears(-9), NotAfter = Now.AddYears(9) });
        byte[] document = Document(leaf, Pki.Bundle);
        Assert.True(NitroSetup.Passes(NitroSetup.Verify(document)));
        NitroSetup.AssertFails(NitroSetup.Verify(document, Now.AddHours(23).AddSeconds(1)), StepCodes.Chain, CertificateErrors.Expired);
        NitroSetup.AssertFails(NitroSetup.Verify(document, Now.AddDays(5)), StepCodes.Chain, CertificateErrors.Expired);
        NitroSetup.AssertFails(NitroSetup.Verify(document, Now.AddHours(-2)), StepCodes.Chain, CertificateErrors.NotYetValid);
    }

    [Fact]
    public void Debug_enclaves_and_documents_that_leave_out_what_runs_are_said_to_be_debug()
    {
        byte[] zero = new byte[48];
        byte[] set = [.. zero[1..], 1];
        Assert.Equal(["nitro/debug"], ModesOf([(0, zero), (1, zero), (2, zero), (3, set)]));
        Assert.Equal(["nitro/debug"], ModesOf([(3, set), (4, set)]));
        Assert.Equal(["nitro/debug"], ModesOf([(1, zero)]));
        Assert.Equal([], ModesOf([(0, set), (1, set), (2, set)]));

        static IEnumerable<string> ModesOf(IReadOnlyList<(ulong, byte[])> registers)
        {
            (NitroTemplate template, SyntheticKey key) = NitroTemplate.Of(Pki, Now);
            EvidenceReport report = NitroSetup.Verify((template with { Registers = registers }).Sign(key));
            Assert.True(NitroSetup.Passes(report));
            return report.Facts!.Modes;
        }
    }

    private static SyntheticCertificate Issue(SyntheticCertificate issuer, string subject, bool ca = false, SyntheticKey? key = null, IReadOnlyList<SyntheticExtension>? extensions = null)
    {
        CertificateTemplate template = ca ? CertificateTemplate.Ca(subject) : CertificateTemplate.Leaf(subject);
        return SyntheticPki.Issue(issuer, key ?? SyntheticKey.P384(), template with { NotBefore = Now.AddHours(-1), NotAfter = Now.AddHours(1), Extensions = extensions ?? template.Extensions });
    }

    private static NitroTemplate Template(SyntheticCertificate leaf, IReadOnlyList<byte[]> bundle) =>
        new() { Certificate = leaf.Der, Bundle = bundle, Timestamp = (ulong)Now.ToUnixTimeMilliseconds() };

    private static byte[] Document(SyntheticCertificate leaf, IReadOnlyList<byte[]> bundle) => Template(leaf, bundle).Sign(leaf.Key);
}
