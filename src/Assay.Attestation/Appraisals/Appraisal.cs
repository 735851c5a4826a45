using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What an appraisal comes to. Accepted evidence says what it says under assumptions, which are part of the result.</summary>
public sealed record Appraisal
{
    /// <summary>Accepted if every step passed, or was accepted by name by the policy.</summary>
    public required AppraisalOutcome Outcome { get; init; }

    /// <summary>Detail code of the first step in the way; null if accepted.</summary>
    public required string? Reason { get; init; }

    /// <summary>All steps of the type, in order, under the policy that accepts or, if none does, the one that gets furthest.</summary>
    public required ImmutableArray<AppraisalStep> Steps { get; init; }

    /// <summary>What the evidence says; null if it can't be read.</summary>
    public required EvidenceFacts? Facts { get; init; }

    /// <summary>The binding; null if it can't be read.</summary>
    public required TeeBinding? Binding { get; init; }

    /// <summary>Who could get at the machine.</summary>
    public required Grade Grade { get; init; }

    /// <summary>Who says that a third party holds the machine; null if nobody who is believed does, or the vendor itself holds it.</summary>
    public required PlatformEndorsement? Host { get; init; }

    /// <summary>The policy of <see cref="Steps"/>; null without policies.</summary>
    public required AttestationPolicy? Policy { get; init; }

    /// <summary>The name of the build that the policy pins these measurements as; null if it pins none like them.</summary>
    public required string? Build { get; init; }

    /// <summary>What it assumes and which published attacks break that, most important first.</summary>
    public required ImmutableArray<AppraisalAssumption> Assumptions { get; init; }
}
