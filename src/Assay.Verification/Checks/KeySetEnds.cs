using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What the trust file knows about the end of a key set, whatever a bundle says (spec/receipt.md, "Witnessed time").</summary>
internal static class KeySetEnds
{
    /// <summary>Null if receipts of the key set count that were accepted then, else why they don't.</summary>
    /// <param name="trust">The trust file, if there is one.</param>
    /// <param name="keySet">The key set's digest.</param>
    /// <param name="acceptedAt">The witnessed time; null if there is none. No other clock counts: neither the node's, which whoever has its keys can set, nor the verifier's.</param>
    public static string? Judge(TrustFile? trust, Digest32 keySet, DateTimeOffset? acceptedAt)
    {
        string? failure = null;
        foreach (KeySetEnd end in trust?.Ends ?? [])
        {
            if (end.KeySet == keySet && !(acceptedAt < end.At) && failure != DetailCodes.Revoked)
            {
                failure = end.Revoked ? DetailCodes.Revoked : DetailCodes.Retired;
            }
        }

        return failure;
    }

    /// <summary>Whether a key set vouches for those that its node had before and went on to: not if its keys are known to be in other hands.</summary>
    public static bool MayVouch(TrustFile trust, Digest32 keySet) => !trust.Ends.Any(end => end.Revoked && end.KeySet == keySet);
}
