using Assay.Primitives;

namespace Assay.Verification;

/// <summary>From when on a key set's receipts don't count any more, whatever a bundle says.</summary>
/// <param name="KeySet">The key set's digest.</param>
/// <param name="At">The time; receipts accepted before it still count.</param>
/// <param name="Revoked">Whether the keys are known or feared to be in other hands; else they were replaced in good order.</param>
public sealed record KeySetEnd(Digest32 KeySet, DateTimeOffset At, bool Revoked);
