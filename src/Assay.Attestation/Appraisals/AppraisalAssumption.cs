using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>Something that a verdict about evidence rests on and can't check.</summary>
/// <param name="Code">A stable code: <c>tee/vendor-honest</c>, <c>tee/physical-access</c>, <c>tee/root-seed</c>.</param>
/// <param name="Sentence">In plain words.</param>
/// <param name="Attacks">Published attacks that break it on this type of platform, by name and year.</param>
public sealed record AppraisalAssumption(string Code, string Sentence, ImmutableArray<string> Attacks);
