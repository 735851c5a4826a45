using Assay.Log;
using Assay.Log.Committing;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>
/// Signs and logs receipts in groups: while one group is on its way to the disk, the next one gathers, without any timer.
/// One signature, one transaction and one fdatasync serve the whole group, and with it what was said about earlier receipts.
/// <see cref="IssueAsync"/> returns only when the receipt is durable (invariant 1 of ARCHITECTURE.md).
/// </summary>
internal sealed class ReceiptIssuer : IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly TiledLog _log;
    private readonly GroupCommitter<PendingEntry, IssuedEntry> _committer;

    internal ReceiptIssuer(NodeIdentity identity, TiledLog log, int maximumPending)
    {
        _identity = identity;
        _log = log;
        _committer = new GroupCommitter<PendingEntry, IssuedEntry>(Commit, new GroupCommitterOptions { MaxWaiting = maximumPending });
    }

    /// <summary>Signs, logs and stores one receipt; its log index and digest. Anything but <see cref="SubmitStatus.Committed"/> must not be answered.</summary>
    internal Task<SubmitResult<IssuedEntry>> IssueAsync(PendingReceipt pending) => _committer.SubmitAsync(pending);

    /// <summary>Logs and stores what was said about a receipt that is durable; its log index. Anything but <see cref="SubmitStatus.Committed"/> must not count.</summary>
    internal Task<SubmitResult<IssuedEntry>> EndorseAsync(ReceiptId about, AttachedEndorsement item) => _committer.SubmitAsync(new PendingEndorsement(about, item));

    /// <summary>Logs something that isn't about a receipt. Anything but <see cref="SubmitStatus.Committed"/>: it isn't logged.</summary>
    internal Task<SubmitResult<IssuedEntry>> NoteAsync(LogEntry entry) => _committer.SubmitAsync(new PendingNote(entry));

    public ValueTask DisposeAsync() => _committer.DisposeAsync();

    // One group at a time, on the committer's own thread; gives each entry's log index. A counter is used up only by a
    // commit that succeeds.
    private IssuedEntry[] Commit(IReadOnlyList<PendingEntry> group)
    {
        using LogBatch batch = _log.BeginBatch();
        IssuedEntry[] issued = new IssuedEntry[group.Count];
        List<(PendingReceipt Pending, LogSlot Slot, int Place)> receipts = new(group.Count);
        for (int i = 0; i < group.Count; i++)
        {
            if (group[i] is PendingReceipt receipt)
            {
                LogSlot slot = batch.Reserve(receipt.ApiKey);
                receipts.Add((receipt, slot, i));
            }
            else if (group[i] is PendingEndorsement endorsement)
            {
                issued[i] = new IssuedEntry(batch.Append(LogEntry.ForEndorsement.Of(endorsement.Item.Endorsement).Encode(), endorsement.About, endorsement.Item.Encode()), endorsement.Item.Endorsement.Digest);
            }
            else if (group[i] is PendingNote note)
            {
                byte[] entry = note.Entry.Encode();
                issued[i] = new IssuedEntry(batch.Append(entry), Digest32.Sha256(entry));
            }
        }

        if (receipts.Count > 0)
        {
            Sign(batch, receipts, issued);
        }

        batch.Commit();
        return issued;
    }

    private void Sign(LogBatch batch, List<(PendingReceipt Pending, LogSlot Slot, int Place)> receipts, IssuedEntry[] issued)
    {
        ReceiptStatement[] statements = new ReceiptStatement[receipts.Count];
        for (int i = 0; i < statements.Length; i++)
        {
            (PendingReceipt pending, LogSlot slot, _) = receipts[i];
            statements[i] = new ReceiptStatement
            {
                KeySet = _identity.KeySet.Digest,
                Id = pending.Id,
                IssuedAt = pending.IssuedAt,
                Counter = slot.Counter,
                Policy = pending.Plan.Policy.Digest,
                LevelSource = pending.Plan.Source,
                ClaimsRoot = pending.ClaimsRoot,
                OutputRoot = pending.OutputRoot,
                Phase = pending.Phase,
            };
        }

        ReceiptEnvelope[] envelopes = BatchSigner.Sign(statements, _identity.ReceiptSigner);
        for (int i = 0; i < statements.Length; i++)
        {
            (PendingReceipt pending, LogSlot slot, int place) = receipts[i];
            issued[place] = new IssuedEntry(slot.LogIndex, envelopes[i].Digest);
            byte[] entry = new LogEntry.ForReceipt(envelopes[i].Digest, pending.Plan.Level, pending.SizeBucket).Encode();
            batch.Fill(slot, pending.Id, entry, ReceiptRecord.EncodeHead(envelopes[i].Encode()), pending.Content);
        }
    }
}
