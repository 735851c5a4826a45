using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Shorthands for verifying synthetic quotes.</summary>
internal static class DcapWorld
{
    internal static EvidenceReport Verify(SyntheticIntel intel, byte[] quote, CollateralSet collateral, bool sgx = false, AppraisalTimes? times = null) =>
        EvidenceVerifier.Verify(sgx ? EvidenceType.IntelSgx : EvidenceType.IntelTdx, quote, collateral, intel.Anchors, times ?? AppraisalTimes.Of(SyntheticPki.At));

    /// <summary>The shared world's collateral with some pieces instead of those of the same kind.</summary>
    internal static CollateralSet With(SyntheticIntel intel, params CollateralItem[] pieces) =>
        CollateralSet.Of([.. intel.Collateral.Items.Where(item => pieces.All(piece => piece.Kind != item.Kind)), .. pieces]);

    internal static string? Detail(EvidenceReport report, string step) => DcapVectorTests.Step(report, step).Detail;
}
