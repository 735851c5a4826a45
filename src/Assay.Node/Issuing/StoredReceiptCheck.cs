using Assay.Log;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>What fsck asks about each stored receipt: does its content belong to its log entry?</summary>
public static class StoredReceiptCheck
{
    /// <summary>Compares a receipt's record with its entry.</summary>
    /// <param name="stored">The receipt.</param>
    /// <param name="entryBytes">Its log entry.</param>
    /// <returns>Null, or the problem in words.</returns>
    public static string? Check(StoredReceipt stored, byte[] entryBytes)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (LogEntry.TryDecode(entryBytes, out _) is not LogEntry.ForReceipt entry)
        {
            return "its log entry isn't a receipt's";
        }

        if (ReceiptRecord.TryDecode(stored.Record, out string? error) is not { } record || ReceiptEnvelope.TryDecode(record.Envelope, out error) is not { } envelope)
        {
            return $"its record can't be read ({error})";
        }

        ReceiptStatement statement = envelope.Statement;
        return envelope.Digest != entry.Digest ? "its statement isn't the one that was logged"
            : statement.Id != stored.Id ? "its statement has another id"
            : statement.Counter != stored.Counter ? "its statement has another counter"
            : DisclosedClaims.TryDecode(record.Claims, out _)?.Root() != statement.ClaimsRoot ? "its claims don't lead to the signed root"
            : DisclosedOutput.TryDecode(record.Output, out _)?.Root() != statement.OutputRoot ? "its output doesn't lead to the signed root"
            : null;
    }
}
