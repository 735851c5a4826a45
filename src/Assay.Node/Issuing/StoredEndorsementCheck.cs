using Assay.Log;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>What fsck asks about each stored endorsement: does its content belong to its log entry?</summary>
public static class StoredEndorsementCheck
{
    /// <summary>Compares an endorsement's record with its entry.</summary>
    /// <param name="about">The receipt that it is stored with.</param>
    /// <param name="stored">The endorsement.</param>
    /// <param name="entryBytes">Its log entry.</param>
    /// <returns>Null, or the problem in words.</returns>
    public static string? Check(ReceiptId about, StoredEndorsement stored, byte[] entryBytes)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return LogEntry.TryDecode(entryBytes, out _) is not LogEntry.ForEndorsement entry ? "its log entry isn't an endorsement's"
            : AttachedEndorsement.TryDecode(stored.Record, out string? error) is not { } item ? $"its record can't be read ({error})"
            : LogEntry.ForEndorsement.Of(item.Endorsement) != entry ? "it isn't the one that was logged"
            : item.Endorsement.Verify() is { } code ? $"its signature doesn't hold ({code})"
            : null;
    }
}
