using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What the policy that a receipt was asked under let expect after the answer (spec/receipt.md, "Expired and pending").</summary>
/// <param name="Policy">The statement's policy; null if it is unknown.</param>
/// <param name="IssuedAt">When the receipt was issued, by the node's clock.</param>
/// <param name="Now">The verifier's clock.</param>
internal sealed record Expectation(PolicyDocument? Policy, DateTimeOffset IssuedAt, DateTimeOffset Now)
{
    /// <summary>Until when evidence on a question was to come; null if none was promised by a time.</summary>
    public DateTimeOffset? Deadline(Question question) =>
        Policy is { Release: ReleaseRule.Provisional, Deadline: { } deadline } && Policy.Requirements.Any(r => r.Question == question && !r.AcceptsAsserted)
            ? DateTimeOffset.MaxValue - IssuedAt > deadline ? IssuedAt + deadline : DateTimeOffset.MaxValue
            : null;

    /// <summary>Pending or expired, if evidence on the question was promised by a time.</summary>
    public QuestionStatus? Status(Question question) =>
        Deadline(question) is not { } deadline ? null
        : Now < deadline ? QuestionStatus.Pending
        : QuestionStatus.Expired;
}
