using Assay.Primitives;

namespace Assay.Receipts;

/// <summary>
/// A node's key sets in the order of its log (spec/receipt.md, "Key history"): entry 0, then rotations and revocations, each held
/// against those before. Whether the entries are in the log isn't asked here.
/// </summary>
public sealed class KeyHistory
{
    private readonly List<KeyTenure> _tenures = [];
    private ulong _last;

    /// <summary>The sets' tenures, first to last; the last one is in force.</summary>
    public IReadOnlyList<KeyTenure> Tenures => _tenures;

    /// <summary>All sets, first to last.</summary>
    public IEnumerable<KeySet> Sets => _tenures.Select(static tenure => tenure.Set);

    /// <summary>The tenure of the set with that digest, or null.</summary>
    public KeyTenure? Find(Digest32 keySet) => _tenures.Find(tenure => tenure.Set.Digest == keySet);

    /// <summary>Adds the next entry about keys.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="index">Its place in the log, after those of the entries before.</param>
    /// <returns>Null, or <see cref="ReceiptErrors.HistoryEntry"/> or <see cref="ReceiptErrors.HistorySignature"/>; the history is then as it was.</returns>
    public string? Add(LogEntry entry, ulong index)
    {
        string? error = _tenures.Count > 0 && index <= _last ? ReceiptErrors.HistoryEntry : entry switch
        {
            // Entry 0, and only that, begins the history.
            LogEntry.ForKeySet first when index == 0 => Begin(first),
            LogEntry.ForRotation { Rotation: { } rotation } when _tenures.Count > 0 => Rotate(rotation, index),
            LogEntry.ForRevocation { Revocation: { } revocation } when _tenures.Count > 0 => Revoke(revocation, index),
            _ => ReceiptErrors.HistoryEntry,
        };
        _last = error is null ? index : _last;
        return error;
    }

    private string? Begin(LogEntry.ForKeySet first)
    {
        if (KeySet.TryDecode(first.Bytes.Span, out _) is not { } set)
        {
            return ReceiptErrors.HistoryEntry;
        }

        _tenures.Add(new KeyTenure(set, 0));
        return null;
    }

    private string? Rotate(KeyRotation rotation, ulong index)
    {
        KeyTenure left = _tenures[^1];
        if (rotation.Verify(left.Set) is not null)
        {
            return ReceiptErrors.HistorySignature;
        }

        // A revoked set can't hand on: what its thief makes the next one would count. And a key that comes back would have two tenures.
        if (left.Revocation is not null || _tenures.Exists(tenure => tenure.Set.ReceiptKey.Equals(rotation.Next.ReceiptKey)))
        {
            return ReceiptErrors.HistoryEntry;
        }

        left.Until = index;
        _tenures.Add(new KeyTenure(rotation.Next, index));
        return null;
    }

    // By itself or a later set: an old key, perhaps stolen, can't revoke those that came after it.
    private string? Revoke(KeyRevocation revocation, ulong index)
    {
        int revoked = _tenures.FindIndex(tenure => tenure.Set.Digest == revocation.Revoked);
        if (revoked < 0)
        {
            return ReceiptErrors.HistoryEntry;
        }

        for (int by = revoked; by < _tenures.Count; by++)
        {
            if (revocation.Verify(_tenures[by].Set) is null)
            {
                _tenures[revoked].Revoke(revocation, index);
                return null;
            }
        }

        return ReceiptErrors.HistorySignature;
    }
}
