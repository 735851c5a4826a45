using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assay.Primitives.Cbor;

namespace Assay.Attestation.Tests.Nitro;

/// <summary>Real documents (spec/vectors/attestation/SOURCES.md), and what was made from them by hand.</summary>
public sealed class NitroVectorTests
{
    [Theory]
    [InlineData("veracruz-2022-11-09.cbor", "2022-11-09T22:51:57Z", "2022-11-10T01:52:00Z", "i-04fd167167daacf3b", false)]
    [InlineData("evervault-2022-10-13.cbor", "2022-10-13T08:57:59Z", "2022-10-13T11:58:02Z", "i-020b6af9246d90e92", false)]
    [InlineData("evervault-2022-10-12.debug.cbor", "2022-10-12T13:49:51Z", "2022-10-12T16:49:54Z", "i-03ad7cdb817437eeb", true)]
    [InlineData("evervault-2023-01-18.nondebug.cbor", "2023-01-18T13:07:13Z", "2023-01-18T16:07:16Z", "i-0ec0e572c8263d8ff", false)]
    [InlineData("evervault-2023-01-18.debug.cbor", "2023-01-18T15:10:27Z", "2023-01-18T18:10:30Z", "i-06e1ffc9a8410edb1", true)]
    public void A_real_document_passes_in_the_three_hours_of_its_certificate(string file, string from, string to, string instance, bool debug)
    {
        byte[] document = NitroSetup.Real(file);
        EvidenceReport report = NitroSetup.VerifyReal(document, NitroSetup.Time(from));
        Assert.True(NitroSetup.Passes(report));
        Assert.True(NitroSetup.Passes(NitroSetup.VerifyReal(document, NitroSetup.Time(to))));
        NitroSetup.AssertFails(NitroSetup.VerifyReal(document, NitroSetup.Time(from).AddMilliseconds(-1)), StepCodes.Chain, CertificateErrors.NotYetValid);
        NitroSetup.AssertFails(NitroSetup.VerifyReal(document, NitroSetup.Time(to).AddSeconds(1)), StepCodes.Chain, CertificateErrors.Expired);

        EvidenceFacts facts = report.Facts!;
        Assert.Equal(debug ? "nitro/debug" : "", string.Join(' ', facts.Modes));
        Assert.Equal("nitro-module", facts.Platform.Kind);
        Assert.Equal(instance, Encoding.UTF8.GetString(facts.Platform.Value.Span));
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"pcr{i}"), facts.Measurements.Select(measurement => measurement.Name));
        Assert.All(facts.Measurements, measurement => Assert.Equal(48, measurement.Value.Length));
        Assert.InRange(facts.Time!.Value, NitroSetup.Time(from), NitroSetup.Time(to));

        // The tag is legal.
        Assert.True(NitroSetup.Passes(NitroSetup.VerifyReal([0xD2, .. document], NitroSetup.Time(from))));
    }

    [Fact]
    public void What_callers_put_in_comes_out_as_it_is()
    {
        EvidenceFacts facts = NitroSetup.VerifyReal(NitroSetup.Real("evervault-2022-10-12.debug.cbor"), NitroSetup.Time("2022-10-12T14:00:00Z")).Facts!;
        Assert.Equal("my super secret key"u8, facts.PublicKey.Span);
        Assert.Equal("hello, world!"u8, facts.ReportData.Span);
        Assert.Equal(0, facts.Nonce.Length);
        Assert.Equal(NitroSetup.Time("2022-10-12T13:50:06.081Z"), facts.Time);

        facts = NitroSetup.VerifyReal(NitroSetup.Real("veracruz-2022-11-09.cbor"), NitroSetup.Time("2022-11-09T23:00:00Z")).Facts!;
        Assert.Equal(32, facts.Nonce.Length);
        Assert.Equal(32, facts.ReportData.Length);
    }

    [Theory]
    [InlineData("evervault-2023-01-18.nondebug")]
    [InlineData("evervault-2023-01-18.debug")]
    public void User_data_is_the_key_of_the_certificate_that_came_with_it(string name)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(NitroSetup.Real($"{name}.tls-cert.der"));
        EvidenceFacts facts = NitroSetup.VerifyReal(NitroSetup.Real($"{name}.cbor"), NitroSetup.Time("2023-01-18T16:00:00Z")).Facts!;
        using ECDsa key = certificate.GetECDsaPublicKey()!;
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), facts.ReportData.ToArray());
    }

    [Theory]
    [InlineData("payload-pcr0-flipped.cbor", StepCodes.Signature, NitroErrors.Signature)]
    [InlineData("alg-es256.cbor", StepCodes.Signature, NitroErrors.Algorithm)]
    [InlineData("trailing-byte.cbor", StepCodes.Parse, CborErrors.TrailingData)]
    [InlineData("truncated.cbor", StepCodes.Parse, CborErrors.Truncated)]
    [InlineData("forged-lookalike-root.cbor", StepCodes.Chain, CertificateErrors.Anchor)]
    public void A_forgery_fails_at_its_step(string file, string step, string code) =>
        NitroSetup.AssertFails(NitroSetup.VerifyReal(NitroSetup.Real($"negative/{file}"), NitroSetup.Time("2022-11-09T23:00:00Z")), step, code);

    [Fact]
    public void Without_a_root_nothing_passes() => NitroSetup.AssertFails(
        NitroSetup.Verify(NitroSetup.Real("veracruz-2022-11-09.cbor"), NitroSetup.Time("2022-11-09T23:00:00Z"), new TrustAnchors()), StepCodes.Chain, CertificateErrors.Anchor);

    [Theory]
    [InlineData(EvidenceType.Simulator)]
    [InlineData(EvidenceType.AmdSevSnp)]
    [InlineData(EvidenceType.AzureSevSnp)]
    [InlineData(EvidenceType.IntelTdx)]
    [InlineData(EvidenceType.IntelSgx)]
    public void A_document_said_to_be_of_another_type_doesnt_pass(EvidenceType type)
    {
        EvidenceReport report = EvidenceVerifier.Verify(
            type, NitroSetup.Real("veracruz-2022-11-09.cbor"), CollateralSet.Empty, TrustAnchors.BuiltIn, AppraisalTimes.Of(NitroSetup.Time("2022-11-09T23:00:00Z")));
        Assert.Equal(StepCodes.Parse, report.Steps[0].Code);
        Assert.False(NitroSetup.Passes(report));
    }
}
