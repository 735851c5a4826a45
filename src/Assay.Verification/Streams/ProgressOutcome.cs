using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a progress receipt shows.</summary>
/// <param name="Result">Pass: the node signed these events for this request.</param>
/// <param name="Code">Why it isn't a pass; null for a pass. <see cref="VerdictWords.OfDetail"/> says it in words.</param>
/// <param name="Statement">What was signed; null unless the signature holds.</param>
public sealed record ProgressOutcome(CheckResult Result, string? Code, ReceiptStatement? Statement);
