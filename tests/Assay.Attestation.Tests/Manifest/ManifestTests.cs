using System.Collections.Frozen;
using Assay.Testing;

namespace Assay.Attestation.Tests;

/// <summary>
/// Every processor's entry of the manifest, appraised as a whole: which step is the first in the way, and why. The tables are written
/// by hand from the manifest's <c>expect</c>, so that a verdict that moves to another step is seen.
/// </summary>
public sealed class ManifestTests
{
    // Evidence of other people's software can't carry our binding: what is good in it comes as far as that, and no further.
    private const string Good = "tee/binding tee/binding-differs";

    private static readonly FrozenDictionary<string, string> Expected = new Dictionary<string, string>
    {
        ["nitro/veracruz-valid"] = Good,
        ["nitro/evervault-nondebug"] = Good,
        ["nitro/evervault-debug"] = "tee/mode nitro/debug",
        ["nitro/evervault-tlsbound-nondebug"] = Good,
        ["nitro/evervault-tlsbound-debug"] = "tee/mode nitro/debug",
        ["nitro/expired"] = "tee/chain cert/expired",
        ["nitro/not-yet-valid"] = "tee/chain cert/not-yet-valid",
        ["nitro/neg/payload-pcr0-flipped"] = "tee/signature nitro/signature",
        ["nitro/neg/alg-es256"] = "tee/signature nitro/algorithm",
        ["nitro/neg/trailing-byte"] = "tee/parse cbor/trailing-data",
        ["nitro/neg/truncated"] = "tee/parse cbor/truncated",
        ["nitro/neg/forged-lookalike-root"] = "tee/chain cert/anchor",
        ["sgx/phala-v3"] = "tee/floor tee/status",
        ["sgx/automata-debug"] = "tee/mode sgx/debug",
        ["sgx/neg/body-mrenclave-flipped"] = "tee/signature dcap/quote-signature",
        ["sgx/neg/body-debug-bit-flipped"] = "tee/signature dcap/quote-signature",
        ["sgx/neg/quote-signature-flipped"] = "tee/signature dcap/quote-signature",
        ["sgx/neg/qe-vendor-flipped"] = "tee/parse dcap/vendor",
        ["sgx/neg/intel-synthetic-certtype1"] = "tee/parse dcap/certification-type",
        ["tdx/google-v4-spr"] = "tee/parse dcap/trailing",
        ["tdx/coco-v4-debug"] = "tee/mode tdx/debug",
        ["tdx/phala-v4"] = Good,
        ["tdx/phala-v4-expired-collateral"] = "tee/revocation crl/expired",
        ["tdx/phala-v4-wrong-fmspc"] = "tee/collateral dcap/tcb-info-platform",
        ["tdx/google-v5"] = Good,
        ["tdx/phala-v5-unsupported-tcb"] = "tee/tcb dcap/tcb-not-supported",
        ["tdx/coco-v5-servicetd"] = "tee/tcb dcap/tcb-not-supported",
        ["tdx/alibaba-v5-servicetd"] = "tee/mode tdx/service-td",
        ["tdx/coco-v4-gnr"] = "tee/floor tee/status",
        ["tdx/google-cos113-padded"] = Good,
        ["tdx/dstack-rtmr3-v4-2024"] = "tee/tcb dcap/tcb-not-supported",
        ["tdx/c8l-live"] = "tee/revocation not evaluated dcap/no-crl",
        ["tdx/neg/att-key-type-p384"] = "tee/parse dcap/key-type",
        ["tdx/neg/attestation-key-flipped"] = "tee/signature dcap/attestation-key",
        ["tdx/neg/body-debug-bit-flipped"] = "tee/signature dcap/quote-signature",
        ["tdx/neg/body-mrtd-flipped"] = "tee/signature dcap/quote-signature",
        ["tdx/neg/forged-lookalike-root"] = "tee/chain cert/anchor",
        ["tdx/neg/header-version-6"] = "tee/parse dcap/version",
        ["tdx/neg/nonzero-trailing"] = "tee/parse dcap/trailing",
        ["tdx/neg/qe-auth-data-flipped"] = "tee/signature dcap/key-binding",
        ["tdx/neg/qe-report-flipped"] = "tee/signature dcap/qe-report-signature",
        ["tdx/neg/qe-report-signature-flipped"] = "tee/signature dcap/qe-report-signature",
        ["tdx/neg/quote-signature-flipped"] = "tee/signature dcap/quote-signature",
        ["tdx/neg/sigdata-length-overflow"] = "tee/parse dcap/length",
        ["tdx/neg/tee-type-sgx"] = "tee/parse dcap/tee-type",
        ["tdx/neg/truncated"] = "tee/parse dcap/length",
        ["tdx/neg/collateral-sgx-qe-identity-for-tdx"] = "tee/collateral dcap/qe-identity-kind",
        ["tdx/neg/collateral-tcbinfo-status-edited"] = "tee/collateral dcap/tcb-info-signature",
        ["snp/ms-milan"] = "tee/mode snp/milan",
        ["snp/ms-genoa"] = Good,
        ["snp/ms-turin"] = Good,
        ["snp/coco-milan-v2"] = "tee/mode snp/no-alias-check",
        ["snp/virtee-milan-v2"] = "tee/mode snp/no-alias-check",
        ["snp/google-milan-debug"] = "tee/mode snp/debug",
        ["snp/coco-vlek-aws"] = "tee/mode snp/vlek",

        // The manifest has "chain" here, for verifiers that are handed intermediates; ours has AMD's own, under which this VLEK is genuine.
        // See Intermediates_vouch_for_their_own_kind_of_key.
        ["snp/neg/vlek-under-vcek-chain"] = "tee/mode snp/vlek",
        ["snp/neg/genoa-under-milan"] = "tee/chain cert/anchor",

        // Other chips' certificates, broken besides: they stop at the report's signature. See Broken_certificates_have_no_chain.
        ["snp/neg/coco-invalid-vcek-legacy"] = "tee/signature snp/signature",
        ["snp/neg/coco-invalid-vcek-new"] = "tee/signature snp/signature",
        ["snp/neg/measurement-flipped"] = "tee/signature snp/signature",
        ["snp/neg/policy-debug-flipped"] = "tee/signature snp/signature",
        ["snp/neg/signing-key-flag-vlek"] = "tee/signature snp/signature",
        ["snp/neg/truncated"] = "tee/parse snp/length",
        ["snp/neg/nonzero-signature-padding"] = "tee/parse snp/signature-padding",
        ["snp/neg/forged-lookalike-root"] = "tee/chain cert/signature",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Ids => [.. ManifestVector.All.Select(static vector => vector.Id)];

    [Fact]
    public void Every_entry_has_an_expectation_and_every_expectation_an_entry() =>
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), ManifestVector.All.Select(static vector => vector.Id).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_first_step_in_the_way_is_the_expected_one(string id)
    {
        Appraisal appraisal = Find(id).Appraise();
        Assert.True(Expected[id] == ManifestVector.FirstInTheWay(appraisal, "snp/no-crl"), $"{id}: {SimulatedNode.Describe(appraisal)}");
        Assert.NotEqual(AppraisalOutcome.Accepted, appraisal.Outcome);
        Assert.NotEmpty(appraisal.Assumptions);
    }

    // What a careful policy doesn't accept, one that names it does: nothing else stands in the way.
    [Theory]
    [InlineData("sgx/phala-v3", "", ",\"statuses\":[\"ConfigurationAndSWHardeningNeeded\"],\"advisories\":[\"INTEL-SA-00289\",\"INTEL-SA-00615\"]", Good)]
    [InlineData("sgx/phala-v3", "", ",\"statuses\":[\"ConfigurationAndSWHardeningNeeded\"],\"advisories\":[\"INTEL-SA-00289\"]", "tee/floor tee/advisory")]
    [InlineData("tdx/alibaba-v5-servicetd", "\"tdx/service-td\"", "", Good)]
    [InlineData("tdx/coco-v4-gnr", "", ",\"statuses\":[\"OutOfDate\",\"UpToDate\"]", Good)]
    [InlineData("tdx/phala-v4", "", ",\"evaluationNumber\":99", "tee/floor tee/evaluation-number")]
    [InlineData("snp/ms-milan", "\"snp/milan\"", "", Good)]
    [InlineData("snp/coco-milan-v2", "\"snp/milan\",\"snp/no-alias-check\",\"snp/version-2\"", "", Good)]
    [InlineData("snp/virtee-milan-v2", "\"snp/milan\",\"snp/no-alias-check\",\"snp/version-2\"", "", Good)]
    [InlineData("snp/coco-vlek-aws", "\"snp/milan\",\"snp/vlek\",\"snp/vmpl-1\"", "", Good)]
    [InlineData("snp/ms-genoa", "", ",\"floors\":{\"Genoa\":{\"bootloader\":10,\"snp\":23,\"microcode\":84}}", Good)]
    [InlineData("snp/ms-genoa", "", ",\"floors\":{\"Genoa\":{\"microcode\":85}}", "tee/floor tee/floor-below")]
    [InlineData("snp/ms-turin", "", ",\"floors\":{\"Genoa\":{\"microcode\":1}}", "tee/floor tee/floor-product")]
    public void A_policy_that_names_the_obstacle_gets_further(string id, string accept, string rules, string expected)
    {
        Appraisal appraisal = Find(id).Appraise(accept, rules);
        Assert.True(expected == ManifestVector.FirstInTheWay(appraisal, "snp/no-crl"), $"{id}: {SimulatedNode.Describe(appraisal)}");
    }

    [Fact]
    public void Intermediates_vouch_for_their_own_kind_of_key()
    {
        VekCertificate vlek = Vek("snp/coco-milan-v3-vlek-aws.vlek.der");
        DateTimeOffset at = Find("snp/coco-vlek-aws").At;
        Assert.Null(Issuers("roots/amd_milan_asvk_ark.pem").Chain(vlek, at).Error);
        Assert.Equal(CertificateErrors.Anchor, Issuers("roots/amd_milan_ask_ark.pem").Chain(vlek, at).Error);
    }

    [Theory]
    [InlineData("snp/coco-vcek-invalid-legacy.der")]
    [InlineData("snp/coco-vcek-invalid-new.der")]
    public void Broken_certificates_have_no_chain(string file) =>
        Assert.Equal(CertificateErrors.Signature, Issuers("roots/amd_milan_ask_ark.pem").Chain(Vek(file), new DateTimeOffset(2023, 12, 1, 0, 0, 0, TimeSpan.Zero)).Error);

    [Fact]
    public void Real_evidence_of_one_type_is_none_of_another()
    {
        foreach (ManifestVector vector in ManifestVector.All.Where(static vector => Expected[vector.Id] == Good))
        {
            foreach (EvidenceType type in Enum.GetValues<EvidenceType>().Where(type => type != vector.Type))
            {
                Assert.Null(EvidenceVerifier.Verify(type, vector.Evidence, vector.Collateral, vector.Anchors, AppraisalTimes.Of(vector.At)).Facts);
            }
        }
    }

    [Fact]
    public void Hostile_evidence_under_a_policy_never_throws()
    {
        ManifestVector vector = Find("snp/ms-genoa");
        AttestationPolicy policy = VectorPolicy.For(vector.Type, vector.Verify().Facts);
        Mutator mutator = new(1, [vector.Evidence]);
        for (int i = FuzzRun.IsDeep ? 20_000 : 300; i > 0; i--)
        {
            byte[] input = mutator.Next();
            if (input.Length is > 0 and <= AttestationEvidence.MaxEvidenceLength)
            {
                Assert.NotEqual(AppraisalOutcome.Accepted, vector.Appraise(input, policy).Outcome);
            }
        }
    }

    private static ManifestVector Find(string id) => ManifestVector.All.First(vector => vector.Id == id);

    private static SnpIssuers Issuers(string pem) => SnpIssuers.Of(
        SnpProduct.Milan, [.. CollateralFiles.TryRead(Vectors.Read(pem), out _)!.Value.Select(static item => Certificate.TryRead(item.Bytes)!)], TrustAnchors.BuiltIn);

    private static VekCertificate Vek(string file) => VekCertificate.TryRead(Certificate.TryRead(Vectors.Read(file))!)!;
}
