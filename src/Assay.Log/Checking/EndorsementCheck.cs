using Assay.Log.Storage;
using Assay.Primitives;

namespace Assay.Log.Checking;

/// <summary>Checks endorsements against their entries and receipts.</summary>
internal sealed class EndorsementCheck(
    LogDatabase database, FsckOptions options, FindingList findings, CancellationToken cancellationToken)
{
    /// <summary>Runs the check.</summary>
    /// <returns>Whether there is an endorsement.</returns>
    public bool Run(ulong size)
    {
        // A page at a time: the records may be large.
        const int Page = 256;
        ulong from = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<(ReceiptId About, StoredEndorsement Endorsement, byte[]? Entry, bool HasReceipt)> page = database.ReadEndorsementsFrom(from, Page);
            foreach ((ReceiptId about, StoredEndorsement endorsement, byte[]? entry, bool hasReceipt) in page)
            {
                string? problem = entry is null || endorsement.LogIndex >= size ? "its log entry isn't there"
                    : !hasReceipt ? $"no receipt {about} came before it"
                    : options.CheckEndorsement?.Invoke(about, endorsement, entry);
                if (problem is not null)
                {
                    findings.Add(LogErrors.Endorsement, $"endorsements[{endorsement.LogIndex}]", problem);
                }
            }

            if (page.Count < Page)
            {
                return from > 0 || page.Count > 0;
            }

            from = page[^1].Endorsement.LogIndex + 1;
        }
    }
}
