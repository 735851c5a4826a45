using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// Verifies evidence against its vendor's root (spec/attestation.md, "Types"): bytes, collateral, anchors and times in, steps and
/// facts out. Knows no policy. Never throws for what the bytes say.
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>Makes the steps of the type's format. The type is the caller's word; evidence of another type fails at <see cref="StepCodes.Parse"/>.</summary>
    public static EvidenceReport Verify(EvidenceType type, ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AppraisalTimes times)
    {
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(anchors);
        ArgumentNullException.ThrowIfNull(times);
        return type switch
        {
            EvidenceType.AwsNitro => NitroVerifier.Verify(evidence, anchors, times.At),
            EvidenceType.AmdSevSnp => SnpVerifier.Verify(evidence, collateral, anchors, times),
            EvidenceType.AzureSevSnp => SnpVerifier.VerifyAzure(evidence, collateral, anchors, times),
            EvidenceType.Simulator => SimulatorVerifier.Verify(evidence),
            EvidenceType.IntelTdx or EvidenceType.IntelSgx => DcapVerifier.Verify(type, evidence, collateral, anchors, times),
            _ => new EvidenceReport([new AppraisalStep(StepCodes.Parse, CheckResult.NotEvaluated, NoVerifier)], null),
        };
    }

    /// <summary>Nothing here verifies this type.</summary>
    internal const string NoVerifier = "tee/no-verifier";
}
