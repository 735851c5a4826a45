using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a verifier says about a receipt (spec/receipt.md, "Verdict").</summary>
public sealed record Verdict
{
    /// <summary>What it comes to.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The time that it was judged at.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether that time was chosen by the caller; else it is the verifier's clock.</summary>
    public required bool NowIsGiven { get; init; }

    /// <summary>Why, as a stable code: <c>met</c>, <c>unmet</c>, or the code of what stood in the way.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in plain words.</summary>
    public required string Summary { get; init; }

    /// <summary>The level required, or implied by the policy required; null if it couldn't be determined.</summary>
    public required VerificationLevel? Required { get; init; }

    /// <summary>The policy required: a level's or another; null if it couldn't be determined.</summary>
    public required PolicyDocument? RequiredPolicy { get; init; }

    /// <summary>Requirements that don't hold, in the policy's order, with the reason.</summary>
    public required IReadOnlyList<UnmetRequirement> Unmet { get; init; }

    /// <summary>Which receipt; null if the bundle can't be read.</summary>
    public required ReceiptFacts? Receipt { get; init; }

    /// <summary>The six questions, in the order of display.</summary>
    public required IReadOnlyList<QuestionResult> Questions { get; init; }

    /// <summary>All checks, in the spec's order.</summary>
    public required IReadOnlyList<CheckOutcome> Checks { get; init; }

    /// <summary>What the verdict says nothing about.</summary>
    public required IReadOnlyList<Remark> NotCovered { get; init; }

    /// <summary>The exit code of <c>assay verify</c>.</summary>
    public int ExitCode => (int)Outcome;
}
