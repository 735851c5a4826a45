using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of the node's keys: history, trust, validity.</summary>
internal static class KeySetChecks
{
    // How far a node's clock may be ahead of the verifier's.
    private static readonly long ClockSkew = (long)TimeSpan.FromMinutes(5).TotalMilliseconds;

    /// <summary>Makes the checks; those of the log come before. Returns the sets of a history that passed; none without one.</summary>
    public static IReadOnlyList<KeySet> Run(Bundle bundle, VerificationInput input, Checkpoint? checkpoint, DateTimeOffset? acceptedAt, CheckTable checks)
    {
        KeyHistory? history = History(bundle, checkpoint, checks);
        Trusted(bundle.KeySet, history, input, checks);
        checks.Set(CheckCodes.KeySetValidity, Validity(bundle, input.Now, acceptedAt) ?? KeySetEnds.Judge(input.Trust, bundle.KeySet.Digest, acceptedAt) ?? history?.Judge(bundle.KeySet.Digest, bundle.LogProof!.Index, bundle.Envelope.Statement.IssuedAt));
        return history is null ? [] : [.. history.Sets];
    }

    private static KeyHistory? History(Bundle bundle, Checkpoint? checkpoint, CheckTable checks)
    {
        if (bundle.KeyEvents.Count == 0)
        {
            checks.Skip(CheckCodes.KeySetHistory, DetailCodes.NoHistory);
            return null;
        }

        if (checkpoint is null || !checks.Passes(CheckCodes.LogCheckpoint))
        {
            checks.Skip(CheckCodes.KeySetHistory, DetailCodes.Unreadable);
            return null;
        }

        KeyHistory? history = KeyHistoryChecks.TryFollow(bundle.KeyEvents, checkpoint, out string? error);
        if (history is not null && !history.Sets.Any(set => set.Digest == bundle.KeySet.Digest))
        {
            (history, error) = (null, DetailCodes.HistoryOther);
        }

        checks.Set(CheckCodes.KeySetHistory, error);
        return history;
    }

    // Whoever trusts one of a node's key sets trusts the ones that it is tied to by rotations that both sides signed and the log shows.
    private static void Trusted(KeySet keySet, KeyHistory? history, VerificationInput input, CheckTable checks)
    {
        if (input.Trust is { } trust)
        {
            bool named = trust.TrustsNode(keySet.Digest) || (history is not null && IsTied(keySet, [.. history.Sets.Select(static set => set.Digest)], trust));
            checks.Set(CheckCodes.KeySetTrusted, named ? null : DetailCodes.NotNamed);
        }
        else if (input.FirstUse)
        {
            checks.Skip(CheckCodes.KeySetTrusted, DetailCodes.FirstUse);
        }
        else
        {
            checks.Fail(CheckCodes.KeySetTrusted, DetailCodes.NoTrustFile);
        }
    }

    // From the bundle's set outwards, as far as no set is revoked: whoever has a revoked set's key can tie any keys to it, before it and after it.
    private static bool IsTied(KeySet keySet, Digest32[] sets, TrustFile trust)
    {
        int own = Array.IndexOf(sets, keySet.Digest);
        return sets[..own].Reverse().TakeWhile(MayVouch).Any(IsNamed) || sets[(own + 1)..].TakeWhile(MayVouch).Any(IsNamed);

        bool MayVouch(Digest32 set) => KeySetEnds.MayVouch(trust, set);
        bool IsNamed(Digest32 set) => trust.TrustsNode(set);
    }

    private static string? Validity(Bundle bundle, DateTimeOffset now, DateTimeOffset? acceptedAt)
    {
        long issuedAt = bundle.Envelope.Statement.IssuedAt;
        return issuedAt < bundle.KeySet.NotBefore ? DetailCodes.NotYetValid
            : issuedAt >= bundle.KeySet.NotAfter ? DetailCodes.Expired
            // Witnesses can't have seen it before it was issued, so where there are any, the verifier's clock says nothing.
            : acceptedAt is null && issuedAt > now.ToUnixTimeMilliseconds() + ClockSkew ? DetailCodes.IssuedInFuture
            : null;
    }
}
