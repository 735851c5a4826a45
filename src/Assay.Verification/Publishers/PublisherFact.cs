using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What one signed statement of a publisher is worth.</summary>
/// <param name="Result">Pass: somebody whom the trust file names vouches for this model. Fail: it doesn't hold, or is about something else. NotEvaluated: it holds, but nobody named this publisher.</param>
/// <param name="Code">Null for pass, else a code of <see cref="PublisherCodes"/>, <c>cose/…</c>, <c>cbor/…</c> or <c>publisher/layout</c>.</param>
/// <param name="Publisher">The key's thumbprint; null if the statement can't be read.</param>
/// <param name="TrustedName">The publisher's name in the trust file; null if it has none there.</param>
/// <param name="ClaimedName">What the publisher calls itself, which proves nothing.</param>
/// <param name="At">When it was signed, by the publisher's clock.</param>
/// <param name="CoversCard">Whether the model's card is what was signed; else the statement says nothing about the card.</param>
public sealed record PublisherFact(CheckResult Result, string? Code, Digest32? Publisher, string? TrustedName, string ClaimedName, DateTimeOffset At, bool CoversCard);
