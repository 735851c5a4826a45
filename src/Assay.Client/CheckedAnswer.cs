using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>An answer whose requirements are met, with the verdict that says by what, and what was not covered.</summary>
/// <param name="Outputs">The output tensors.</param>
/// <param name="Verdict">The verdict; its outcome is <c>met</c>.</param>
/// <param name="Answer">The bytes behind it.</param>
public sealed record CheckedAnswer(IReadOnlyList<TensorValue> Outputs, Verdict Verdict, Answer Answer);
