using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// A node's key sets in the order of its log, as far as a bundle shows them (spec/receipt.md, "Key history"). What a set signed counts
/// if it was logged after the entry that brought the set and before the one that ended it: the log's order, which no clock decides.
/// </summary>
internal sealed class KeyHistory
{
    private readonly List<Tenure> _tenures = [];

    private KeyHistory()
    {
    }

    /// <summary>All sets, first to last.</summary>
    public IEnumerable<KeySet> Sets => _tenures.Select(static t => t.Set);

    /// <summary>
    /// Follows a bundle's key events under a checkpoint whose signature holds. It isn't a history of the bundle's key set unless that is among <see cref="Sets"/>.
    /// </summary>
    /// <returns>The history, or null and a code.</returns>
    public static KeyHistory? TryFollow(IReadOnlyList<KeyEvent> events, Checkpoint checkpoint, out string? error)
    {
        KeyHistory history = new();
        foreach (KeyEvent keyEvent in events)
        {
            CheckResult inclusion = MerkleVerifier.Inclusion(
                MerkleTree.LeafHash(keyEvent.EntryBytes.Span), keyEvent.Index, checkpoint.Size, keyEvent.Path.AsSpan(), checkpoint.Root);
            error = inclusion != CheckResult.Pass ? DetailCodes.HistoryPath : history.Add(keyEvent);
            if (error is not null)
            {
                return null;
            }
        }

        error = history._tenures.Count == 0 ? DetailCodes.HistoryEntry : null;
        return error is null ? history : null;
    }

    /// <summary>Whether a receipt that a set issued stands at a place in the log where the set counts.</summary>
    /// <returns>Null, or a code.</returns>
    public string? Judge(in Digest32 keySet, ulong index, long issuedAt)
    {
        Digest32 digest = keySet;
        if (_tenures.Find(t => t.Set.Digest == digest) is not { } tenure)
        {
            return DetailCodes.HistoryOther;
        }

        return index <= tenure.Since ? DetailCodes.NotYetValid
            : tenure.Revocation is { } revocation && (index > tenure.RevokedAt || issuedAt >= revocation.From) ? DetailCodes.Revoked
            : index > tenure.Until ? DetailCodes.Retired
            : null;
    }

    private string? Add(KeyEvent keyEvent)
    {
        switch (keyEvent.Entry)
        {
            // Entry 0, and only that, begins the history.
            case LogEntry.ForKeySet first when keyEvent.Index == 0:
                if (KeySet.TryDecode(first.Bytes.Span, out _) is not { } set)
                {
                    return DetailCodes.HistoryEntry;
                }

                _tenures.Add(new Tenure(set, 0));
                return null;
            case LogEntry.ForRotation { Rotation: { } rotation } when _tenures.Count > 0:
                if (rotation.Verify(_tenures[^1].Set) is not null)
                {
                    return DetailCodes.HistorySignature;
                }

                // A revoked set can't hand on: what its thief makes the next one would count.
                if (_tenures[^1].Revocation is not null)
                {
                    return DetailCodes.HistoryEntry;
                }

                // A key that comes back would have two tenures.
                if (_tenures.Exists(t => t.Set.ReceiptKey.Equals(rotation.Next.ReceiptKey)))
                {
                    return DetailCodes.HistoryEntry;
                }

                _tenures[^1].Until = keyEvent.Index;
                _tenures.Add(new Tenure(rotation.Next, keyEvent.Index));
                return null;
            case LogEntry.ForRevocation { Revocation: { } revocation } when _tenures.Count > 0:
                return Revoke(revocation, keyEvent.Index);
            default:
                return DetailCodes.HistoryEntry;
        }
    }

    // By itself or a later set: an old key, perhaps stolen, can't revoke those that came after it.
    private string? Revoke(KeyRevocation revocation, ulong index)
    {
        int revoked = _tenures.FindIndex(t => t.Set.Digest == revocation.Revoked);
        if (revoked < 0)
        {
            return DetailCodes.HistoryEntry;
        }

        if (!_tenures.Skip(revoked).Any(t => revocation.Verify(t.Set) is null))
        {
            return DetailCodes.HistorySignature;
        }

        // The first one counts for the place, the earliest time for the time.
        Tenure tenure = _tenures[revoked];
        tenure.RevokedAt = tenure.Revocation is null ? index : tenure.RevokedAt;
        tenure.Revocation = tenure.Revocation is { } earlier && earlier.From <= revocation.From ? earlier : revocation;
        return null;
    }

    private sealed class Tenure(KeySet set, ulong since)
    {
        public KeySet Set { get; } = set;

        // The entry that brought it; its receipts come after that.
        public ulong Since { get; } = since;

        // The entry that brought the next one; its receipts come before that.
        public ulong Until { get; set; } = ulong.MaxValue;

        public KeyRevocation? Revocation { get; set; }

        public ulong RevokedAt { get; set; }
    }
}
