using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// A node's key history as far as a bundle shows it (spec/receipt.md, "Key history"). What a set signed counts if it was logged
/// after the entry that brought the set and before the one that ended it: the log's order, which no clock decides.
/// </summary>
internal static class KeyHistoryChecks
{
    /// <summary>
    /// Follows a bundle's key events under a checkpoint whose signature holds. It isn't a history of the bundle's key set unless that is among its sets.
    /// </summary>
    /// <returns>The history, or null and a code.</returns>
    public static KeyHistory? TryFollow(IReadOnlyList<KeyEvent> events, Checkpoint checkpoint, out string? error)
    {
        KeyHistory history = new();
        foreach (KeyEvent keyEvent in events)
        {
            error = keyEvent.IsIncludedIn(checkpoint.Size, checkpoint.Root) ? history.Add(keyEvent.Entry, keyEvent.Index) : DetailCodes.HistoryPath;
            if (error is not null)
            {
                return null;
            }
        }

        error = history.Tenures.Count == 0 ? DetailCodes.HistoryEntry : null;
        return error is null ? history : null;
    }

    /// <summary>Whether a receipt that a set issued stands at a place in the log where the set counts.</summary>
    /// <returns>Null, or a code.</returns>
    public static string? Judge(this KeyHistory history, in Digest32 keySet, ulong index, long issuedAt) =>
        history.Find(keySet) is not { } tenure ? DetailCodes.HistoryOther
            : index <= tenure.Since ? DetailCodes.NotYetValid
            : tenure.Revocation is { } revocation && (index > tenure.RevokedAt || issuedAt >= revocation.From) ? DetailCodes.Revoked
            : index > tenure.Until ? DetailCodes.Retired
            : null;
}
