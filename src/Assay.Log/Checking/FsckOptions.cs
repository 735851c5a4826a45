using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Log.Checking;

/// <summary>How a log's folder is checked.</summary>
public sealed class FsckOptions
{
    /// <summary>The most findings that are kept; the rest are counted.</summary>
    public const int MaxFindings = 1000;

    /// <summary>
    /// The key that the log must have, from a trustworthy place. Without it the folder's own is used, and the report says
    /// that it wasn't checked.
    /// </summary>
    public NoteVerifierKey? Key { get; init; }

    /// <summary>
    /// Compares a receipt's record with its log entry; gives null, or what is wrong. The log doesn't know what they mean, so
    /// without this a changed record isn't found, and the report says so.
    /// </summary>
    public Func<StoredReceipt, byte[], string?>? CheckReceipt { get; init; }

    /// <summary>Compares an endorsement of that receipt with its log entry; gives null, or what is wrong. As with <see cref="CheckReceipt"/>.</summary>
    public Func<ReceiptId, StoredEndorsement, byte[], string?>? CheckEndorsement { get; init; }
}
