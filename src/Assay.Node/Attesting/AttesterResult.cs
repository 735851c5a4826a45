using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>What came of asking for evidence: the vendor's bytes and what came with them, or why there are none.</summary>
internal sealed record AttesterResult
{
    private AttesterResult(ReadOnlyMemory<byte> evidence, CollateralSet collateral, AttesterError? error)
    {
        Evidence = evidence;
        Collateral = collateral;
        Error = error;
    }

    /// <summary>The vendor's bytes: a Nitro document, a report, a quote; empty if there is an error.</summary>
    internal ReadOnlyMemory<byte> Evidence { get; }

    /// <summary>What the hardware handed out with them: SNP's certificate table, say.</summary>
    internal CollateralSet Collateral { get; }

    /// <summary>Why there is no evidence; null if there is.</summary>
    internal AttesterError? Error { get; }

    /// <summary>Evidence.</summary>
    internal static AttesterResult Of(ReadOnlyMemory<byte> evidence, CollateralSet collateral) => evidence.Length is > 0 and <= AttestationEvidence.MaxEvidenceLength
        ? new AttesterResult(evidence, collateral, null)
        : Failed(AttesterErrors.Answer, $"the evidence has {evidence.Length} bytes; 1 to {AttestationEvidence.MaxEvidenceLength} are expected");

    /// <summary>A failure.</summary>
    /// <param name="code">One of <see cref="AttesterErrors"/>.</param>
    /// <param name="text">What happened, as a clause for the operator's log: the call and the kernel's own code, no stack trace.</param>
    internal static AttesterResult Failed(string code, string text) => new(default, CollateralSet.Empty, new AttesterError(code, text));
}
