using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What comes of a reference manifest.</summary>
/// <param name="Steps">Parse, signature, chain.</param>
/// <param name="Measurements">What it says a device should have: active ones by index, each with its alternatives in lower-case hexadecimal digits; empty if it can't be read.</param>
public sealed record ManifestAppraisal(ImmutableArray<AppraisalStep> Steps, ImmutableSortedDictionary<int, ImmutableArray<string>> Measurements);
