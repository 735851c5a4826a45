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
    private readonly GroupCommitter<PendingEntry, ulong> _committer;

    internal ReceiptIssuer(NodeIdentity identity, TiledLog log, int maximumPending)
    {
        _identity = identity;
        _log = log;
        _committer = new GroupCommitter<PendingEntry, ulong>(Commit, new GroupCommitterOptions { MaxWaiting = maximumPending });
    }

    /// <summary>Signs, logs and stores one receipt; its log index. Anything but <see cref="SubmitStatus.Committed"/> must not be answered.</summary>
    internal Task<SubmitResult<ulong>> IssueAsync(PendingReceipt pending) => _committer.SubmitAsync(pending);

    /// <summary>Logs and stores what was said about a receipt that is durable; its log index. Anything but <see cref="SubmitStatus.Committed"/> must not count.</summary>
    internal Task<SubmitResult<ulong>> EndorseAsync(ReceiptId about, AttachedEndorsement item) => _committer.SubmitAsync(new PendingEndorsement(about, item));

    public ValueTask DisposeAsync() => _committer.DisposeAsync();

    // One group at a time, on the committer's own thread; gives each entry's log index. A counter is used up only by a
    // commit that succeeds.
    private ulong[] Commit(IReadOnlyList<PendingEntry> group)
    {
        using LogBatch batch = _log.BeginBatch();
        ulong[] indexes = new ulong[group.Count];
        List<(PendingReceipt Pending, LogSlot Slot)> receipts = new(group.Count);
        for (int i = 0; i < group.Count; i++)
        {
            if (group[i] is PendingReceipt receipt)
            {
                LogSlot slot = batch.Reserve(receipt.ApiKey);
                receipts.Add((receipt, slot));
                indexes[i] = slot.LogIndex;
            }
            else if (group[i] is PendingEndorsement endorsement)
            {
                indexes[i] = batch.Append(LogEntry.ForEndorsement.Of(endorsement.Item.Endorsement).Encode(), endorsement.About, endorsement.Item.Encode());
            }
        }

        if (receipts.Count > 0)
        {
            Sign(batch, receipts);
        }

        batch.Commit();
        return indexes;
    }

    private void Sign(LogBatch batch, List<(PendingReceipt Pending, LogSlot Slot)> receipts)
    {
        ReceiptStatement[] statements = new ReceiptStatement[receipts.Count];
        for (int i = 0; i < statements.Length; i++)
        {
            (PendingReceipt pending, LogSlot slot) = receipts[i];
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
                Phase = ReceiptPhase.Final,
            };
        }

        ReceiptEnvelope[] envelopes = BatchSigner.Sign(statements, _identity.ReceiptSigner);
        for (int i = 0; i < statements.Length; i++)
        {
            (PendingReceipt pending, LogSlot slot) = receipts[i];
            byte[] entry = new LogEntry.ForReceipt(envelopes[i].Digest, pending.Plan.Level, pending.SizeBucket).Encode();
            batch.Fill(slot, pending.Id, entry, ReceiptRecord.EncodeHead(envelopes[i].Encode()), pending.Content);
        }
    }
}
