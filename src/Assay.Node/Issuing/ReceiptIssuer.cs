using Assay.Log;
using Assay.Log.Committing;
using Assay.Node.Keys;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>
/// Signs and logs receipts in groups: while one group is on its way to the disk, the next one gathers, without any timer.
/// One signature, one transaction and one fdatasync serve the whole group. <see cref="IssueAsync"/> returns only when the
/// receipt is durable (invariant 1 of ARCHITECTURE.md).
/// </summary>
internal sealed class ReceiptIssuer : IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly TiledLog _log;
    private readonly GroupCommitter<PendingReceipt, ulong> _committer;

    internal ReceiptIssuer(NodeIdentity identity, TiledLog log, int maximumPending)
    {
        _identity = identity;
        _log = log;
        _committer = new GroupCommitter<PendingReceipt, ulong>(Commit, new GroupCommitterOptions { MaxWaiting = maximumPending });
    }

    /// <summary>Signs, logs and stores one receipt. Anything but <see cref="SubmitStatus.Committed"/> must not be answered.</summary>
    internal async Task<SubmitStatus> IssueAsync(PendingReceipt pending) => (await _committer.SubmitAsync(pending).ConfigureAwait(false)).Status;

    public ValueTask DisposeAsync() => _committer.DisposeAsync();

    // One group at a time, on the committer's own thread; gives each receipt's log index. A counter is used up only by a
    // commit that succeeds.
    private ulong[] Commit(IReadOnlyList<PendingReceipt> group)
    {
        using LogBatch batch = _log.BeginBatch();
        LogSlot[] slots = new LogSlot[group.Count];
        ReceiptStatement[] statements = new ReceiptStatement[group.Count];
        for (int i = 0; i < group.Count; i++)
        {
            PendingReceipt pending = group[i];
            slots[i] = batch.Reserve(pending.ApiKey);
            statements[i] = new ReceiptStatement
            {
                KeySet = _identity.KeySet.Digest,
                Id = pending.Id,
                IssuedAt = pending.IssuedAt,
                Counter = slots[i].Counter,
                Policy = pending.Plan.Policy.Digest,
                LevelSource = pending.Plan.Source,
                ClaimsRoot = pending.ClaimsRoot,
                OutputRoot = pending.OutputRoot,
                Phase = ReceiptPhase.Final,
            };
        }

        ReceiptEnvelope[] envelopes = BatchSigner.Sign(statements, _identity.ReceiptSigner);
        for (int i = 0; i < group.Count; i++)
        {
            byte[] entry = new LogEntry.ForReceipt(envelopes[i].Digest, group[i].Plan.Level, group[i].SizeBucket).Encode();
            batch.Fill(slots[i], group[i].Id, entry, ReceiptRecord.Encode(envelopes[i].Encode(), group[i].Content.Span));
        }

        batch.Commit();
        return Array.ConvertAll(slots, static slot => slot.LogIndex);
    }
}
