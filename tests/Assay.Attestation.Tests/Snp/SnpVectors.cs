using Assay.Testing;

namespace Assay.Attestation.Tests.Snp;

/// <summary>Real reports and certificates of spec/vectors/attestation/snp.</summary>
internal static class SnpVectors
{
    internal static string Folder { get; } = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation");

    /// <summary>Reports that verify, their certificates, and a time at which they do.</summary>
    internal static (string Report, string Vek, string At)[] Good { get; } =
    [
        ("ms-milan.bin", "ms-milan.vcek.der", "2026-06-01"),
        ("ms-genoa.bin", "ms-genoa.vcek.der", "2026-06-01"),
        ("ms-turin.bin", "ms-turin.vcek.der", "2026-06-01"),
        ("coco-milan-v2.bin", "coco-milan-v2.vcek.der", "2023-06-01"),
        ("virtee-milan-v2.bin", "virtee-milan-v2.vcek.der", "2024-06-01"),
        ("google-milan-v2-DEBUG.bin", "google-milan-v2-DEBUG.vcek.der", "2023-06-01"),
        ("coco-milan-v3-vlek-aws.bin", "coco-milan-v3-vlek-aws.vlek.der", "2025-06-01"),
    ];

    internal static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, "snp", name));

    internal static CollateralSet Certificates(params IEnumerable<byte[]> certificates) =>
        CollateralSet.Of([.. certificates.Select(static der => new CollateralItem(CollateralKind.Certificate, der))]);

    internal static AppraisalTimes At(string date) => AppraisalTimes.Of(DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    internal static EvidenceReport Verify(string report, string vek, string at) =>
        EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, Read(report), Certificates(Read(vek)), TrustAnchors.BuiltIn, At(at));

    /// <summary>Asserts that the steps before pass or lack a list, and that this one has this detail.</summary>
    internal static void Stops(EvidenceReport report, string step, string detail, Assay.Primitives.CheckResult result = Assay.Primitives.CheckResult.Fail)
    {
        foreach (AppraisalStep made in report.Steps)
        {
            if (made.Code == step)
            {
                Assert.Equal((result, detail), (made.Result, made.Detail));
                return;
            }

            Assert.True(made.Result == Assay.Primitives.CheckResult.Pass || made.Detail == SnpCodes.NoCrl, $"{made.Code}: {made.Result} {made.Detail}, not {step}: {detail}");
        }

        Assert.Fail($"There is no step {step}.");
    }

    /// <summary>Asserts that all steps pass, but that there may be no list.</summary>
    internal static void Passes(EvidenceReport report) =>
        Assert.All(report.Steps, static step => Assert.True(step.Result == Assay.Primitives.CheckResult.Pass || step.Detail == SnpCodes.NoCrl, $"{step.Code}: {step.Result} {step.Detail}"));
}
