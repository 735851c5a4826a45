using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Snp;

public sealed class CollateralNeedTests
{
    [Fact]
    public void A_chips_certificate_is_asked_for_by_chip_and_reported_security_version()
    {
        Assert.Equal(
            [
                "https://kdsintf.amd.com/vcek/v1/Genoa/b1e24a27bbc3a4d58090d8b89851dce3b8031544be249b9ac17132bb222b027622347ee4d0fe4f689efdfc47a68cefc686cbb448d01436506ee1e28010cab7c0?blSPL=10&teeSPL=00&snpSPL=23&ucodeSPL=84",
                "https://kdsintf.amd.com/vcek/v1/Genoa/crl",
            ],
            Urls("ms-genoa.bin"));
        Assert.Equal(
            ["https://kdsintf.amd.com/vcek/v1/Turin/59790fb1c39f35c1?fmcSPL=01&blSPL=01&teeSPL=01&snpSPL=04&ucodeSPL=81", "https://kdsintf.amd.com/vcek/v1/Turin/crl"],
            Urls("ms-turin.bin"));
        Assert.Equal(["", "https://kdsintf.amd.com/vlek/v1/Milan/crl"], Urls("coco-milan-v3-vlek-aws.bin"));

        // Version 2 doesn't say which product.
        Assert.Equal(["Milan", "Genoa", "Milan", "Genoa"], Urls("coco-milan-v2.bin").Select(static url => url.Split('/')[5]));
    }

    [Fact]
    public void What_is_there_isnt_asked_for()
    {
        Assert.Equal(["https://kdsintf.amd.com/vcek/v1/Milan/crl"], Urls("coco-milan-v2.bin", SnpVectors.Read("coco-milan-v2.vcek.der")));

        SnpPki pki = new("Turin");
        byte[] report = pki.Report.Sign(pki.VekKey);
        CollateralSet all = CollateralSet.Of([.. pki.Collateral(pki.Issue(pki.Vcek)).Items, new CollateralItem(CollateralKind.RevocationList, SyntheticPki.RevocationList(pki.Ark, []))]);
        Assert.Empty(CollateralNeeds.Of(EvidenceType.AmdSevSnp, report, all, pki.Anchors, AppraisalTimes.Of(SyntheticPki.At)));
        Assert.Empty(CollateralNeeds.Of(EvidenceType.AmdSevSnp, report.AsMemory(1), all, pki.Anchors, AppraisalTimes.Of(SyntheticPki.At)));
        byte[] hidden = (pki.Report with { ChipId = new byte[64] }).Sign(pki.VekKey);
        Assert.Contains(CollateralNeeds.Of(EvidenceType.AmdSevSnp, hidden, CollateralSet.Empty, pki.Anchors, AppraisalTimes.Of(SyntheticPki.At)), static need => need.Url.Length == 0);
    }

    [Fact]
    public void Intels_statements_are_asked_for_by_the_platforms_kind()
    {
        byte[] quote = File.ReadAllBytes(Path.Combine(SnpVectors.Folder, "tdx", "phala-v4-2025.dat"));
        string[] urls = [.. CollateralNeeds.Of(EvidenceType.IntelTdx, quote, CollateralSet.Empty, TrustAnchors.BuiltIn, SnpVectors.At("2025-07-01")).Select(static need => need.Url)];
        Assert.Equal(5, urls.Length);
        Assert.Contains("https://api.trustedservices.intel.com/sgx/certification/v4/pckcrl?ca=platform&encoding=der", urls);
        Assert.Contains(urls, static url => url.StartsWith("https://api.trustedservices.intel.com/tdx/certification/v4/tcb?fmspc=", StringComparison.Ordinal) && url.Length == 81);
    }

    private static string[] Urls(string report, params byte[][] certificates) =>
        [.. CollateralNeeds.Of(EvidenceType.AmdSevSnp, SnpVectors.Read(report), SnpVectors.Certificates(certificates), TrustAnchors.BuiltIn, SnpVectors.At("2026-06-01")).Select(static need => need.Url)];
}
