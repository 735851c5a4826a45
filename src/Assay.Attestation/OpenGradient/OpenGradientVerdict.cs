using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>What OpenGradient's rule comes to, and what it leaves open when everything passed.</summary>
/// <param name="Outcome">Accepted only if every step passed.</param>
/// <param name="Steps">In the order of <see cref="OpenGradientSteps"/>; those of a response only with one.</param>
/// <param name="TeeId">The id of the signing key's enclave.</param>
/// <param name="Build">The hash of the document's registers; null if it can't be read, or leaves one out.</param>
/// <param name="Facts">What the document says; null if it can't be read.</param>
/// <param name="NotCovered">What nobody has said by all this: most important first.</param>
public sealed record OpenGradientVerdict(
    AppraisalOutcome Outcome,
    ImmutableArray<AppraisalStep> Steps,
    Digest32 TeeId,
    Digest32? Build,
    EvidenceFacts? Facts,
    ImmutableArray<OpenGradientGap> NotCovered);
