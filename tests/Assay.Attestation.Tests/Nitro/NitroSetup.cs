using System.Collections.Immutable;
using System.Globalization;
using Assay.Primitives;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Nitro;

/// <summary>Real and synthetic documents, and how they are verified here.</summary>
internal static class NitroSetup
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 21, 20, 0, 0, TimeSpan.Zero);
    internal static readonly NitroPki Pki = new(Now);
    internal static readonly TrustAnchors Anchors = AnchorsOf(Pki);

    internal static TrustAnchors AnchorsOf(NitroPki pki) => new() { AwsNitro = [pki.Root.Der] };

    internal static byte[] Real(string file) =>
        File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation", "nitro", file));

    internal static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    internal static EvidenceReport Verify(byte[] document, DateTimeOffset? at = null, TrustAnchors? anchors = null) =>
        EvidenceVerifier.Verify(EvidenceType.AwsNitro, document, CollateralSet.Empty, anchors ?? Anchors, AppraisalTimes.Of(at ?? Now));

    internal static EvidenceReport VerifyReal(byte[] document, DateTimeOffset at) => Verify(document, at, TrustAnchors.BuiltIn);

    internal static bool Passes(EvidenceReport report) => report.Steps.All(step => step.Result == CheckResult.Pass);

    /// <summary>Fails first there, with that code; later steps weren't reached.</summary>
    internal static void AssertFails(EvidenceReport report, string step, string code)
    {
        AppraisalStep first = report.Steps.First(made => made.Result != CheckResult.Pass);
        Assert.Equal((step, CheckResult.Fail, code), (first.Code, first.Result, first.Detail));
        ImmutableArray<AppraisalStep> later = report.Steps[(report.Steps.IndexOf(first) + 1)..];
        Assert.All(later, made => Assert.Equal((CheckResult.NotEvaluated, "tee/earlier-step"), (made.Result, made.Detail)));
    }
}
