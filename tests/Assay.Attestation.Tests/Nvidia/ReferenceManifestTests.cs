using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class ReferenceManifestTests
{
    private static readonly DateTimeOffset At = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly byte[] Good = Vectors.Read("nvidia/NV_GPU_DRIVER_GH100_550.144.03.xml");

    [Theory]
    [InlineData("NV_GPU_DRIVER_GH100_550.144.03.xml", "pass pass pass")]
    [InlineData("incorrect_signature_driver_rim.xml", "pass rim/signature pass")]
    [InlineData("incorrect_cert_chain_driver_rim.xml", "pass pass cert/anchor")]
    public void Real_manifests_come_to_their_verdicts(string name, string steps) => Assert.Equal(steps, Words(Vectors.Read("nvidia/" + name)));

    [Fact]
    public void Active_measurements_are_read()
    {
        ManifestAppraisal appraisal = ManifestVerifier.Verify(Good, TrustAnchors.BuiltIn, At);
        Assert.NotEmpty(appraisal.Measurements);
        Assert.All(appraisal.Measurements.Values, static hashes => Assert.All(hashes, static hash => Assert.Equal(96, hash.Length)));
    }

    [Fact]
    public void Clock_and_root_count()
    {
        Assert.Equal("pass pass cert/expired", Words(Good, at: At.AddYears(20)));
        Assert.Equal("pass pass cert/not-yet-valid", Words(Good, at: At.AddYears(-4)));
        Assert.Equal("pass pass cert/anchor", Words(Good, new TrustAnchors()));
    }

    [Theory]
    [InlineData("<ds:Transforms>", "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>")]
    [InlineData("URI=\"\"", "URI=\"#x\"")]
    [InlineData("xmldsig-more#ecdsa-sha384", "xmldsig-more#ecdsa-sha256")]
    [InlineData("<SoftwareIdentity ", "<!DOCTYPE x [<!ENTITY a \"b\">]><SoftwareIdentity ")]
    [InlineData("<ns0:Payload ", "<?x y?><ns0:Payload ")]
    [InlineData("<ns0:Payload ", "<ns0:Payload xml:lang=\"en\" ")]
    [InlineData("</SoftwareIdentity>", "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/></SoftwareIdentity>")]
    public void Other_forms_are_refused_and_not_interpreted(string part, string instead)
    {
        string text = Encoding.UTF8.GetString(Good);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.StartsWith(NvidiaErrors.Manifest, Words(Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_canonical_form_ignores_does_not_matter_and_the_rest_does()
    {
        string text = Encoding.UTF8.GetString(Good);
        Assert.Equal("pass pass pass", Words(Encoding.UTF8.GetBytes(text.Replace("corpus=\"false\" name=\"GH100\"", "name='GH100'   corpus='false'", StringComparison.Ordinal))));
        Assert.Equal("pass rim/digest pass", Words(Encoding.UTF8.GetBytes(text.Replace("<ns0:Payload ", " <ns0:Payload ", StringComparison.Ordinal))));
        Assert.Equal("pass rim/digest pass", Words(Encoding.UTF8.GetBytes(text.Replace("corpus=\"false\"", "corpus=\"true\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void Hostile_manifests_end_with_steps()
    {
        FuzzSummary summary = FuzzRun.Run([Encoding.UTF8.GetBytes("<a xmlns=\"b\" c=\"d\"><e f:g=\"h\" xmlns:f=\"i\">j&amp;</e></a>")], static input =>
            ManifestVerifier.Verify(input, TrustAnchors.BuiltIn, At).Steps[0].Result == CheckResult.Pass);
        Assert.Equal(0, summary.Accepted);
    }

    private static string Words(byte[] manifest, TrustAnchors? anchors = null, DateTimeOffset? at = null) =>
        string.Join(' ', ManifestVerifier.Verify(manifest, anchors ?? TrustAnchors.BuiltIn, at ?? At).Steps.Select(static step => step.Detail ?? "pass"));
}
