using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a request's member <c>verification</c> says.</summary>
/// <param name="IsName">Whether it is a text or an object: a level, a policy, or an attempt at one.</param>
/// <param name="Policy">What it means; null if that is neither a level nor a policy.</param>
internal readonly record struct NamedPolicy(bool IsName, PolicyDocument? Policy);
