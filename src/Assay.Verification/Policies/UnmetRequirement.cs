using Assay.Receipts;

namespace Assay.Verification;

/// <summary>A requirement that doesn't hold, and why.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Reason">One of <see cref="UnmetReasons"/>.</param>
public sealed record UnmetRequirement(Requirement Requirement, string Reason);
