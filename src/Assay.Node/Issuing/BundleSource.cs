using Assay.Log;
using Assay.Node.Keys;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Assay.Node.Witnessing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>Puts stored receipts and the log's proofs together.</summary>
internal sealed class BundleSource(TiledLog log, NodeKeyHistory keys, ModelCatalog models, WithheldReceipts withheld, WitnessRounds witnesses)
{
    /// <summary>Longest wait for a first cosignature over a fresh receipt, if there is a witness that answers.</summary>
    private static readonly TimeSpan CosignatureWait = TimeSpan.FromSeconds(1);

    /// <summary>The bundle of a receipt with its log proof, or without one if no checkpoint covers it in time; null if there's no such receipt.</summary>
    internal async Task<byte[]?> GetAsync(ReceiptId id, TimeSpan wait, CancellationToken cancellation)
    {
        StoredReceipt? stored = log.GetReceipt(id);
        if (stored is null)
        {
            return null;
        }

        // The checkpoint covers everything that the log says about the node's keys too: a bundle that hid a revocation, or the rotation
        // that ties these keys to the ones that a verifier knows, would say too much or too little.
        ulong last = Math.Max(stored.LogIndex, keys.Events[^1].Index);

        // Without a proof the verdict will say "pending", without a cosignature that one party saw the log; the caller can
        // fetch again.
        await WaitAsync(log.WaitForAsync, last, wait, cancellation).ConfigureAwait(false);
        if (witnesses.IsAnyWell)
        {
            await WaitAsync(log.WaitForCosignedAsync, last, CosignatureWait, cancellation).ConfigureAwait(false);
        }

        Log.LogProof? proof = log.GetProof(last) is { } covering ? log.GetProof(stored.LogIndex, covering.Checkpoint) : null;
        ReceiptRecord record = ReceiptRecord.TryDecode(stored.Record, out string? error)
            ?? throw new InvalidDataException($"receipt {id} in the database can't be read: {error}; run 'assay log fsck'");
        ReceiptEnvelope envelope = ReceiptEnvelope.TryDecode(record.Envelope, out error)
            ?? throw new InvalidDataException($"receipt {id} in the database has no readable envelope: {error}; run 'assay log fsck'");
        List<ReadOnlyMemory<byte>> attachments = [record.Request, record.Response];
        if (models.FindStatement(record.StatementDigest) is { } statement)
        {
            attachments.Add(statement);
        }

        KeySet keySet = keys.Find(envelope.Statement.KeySet)
            ?? throw new InvalidDataException($"receipt {id} in the database is by a key set that this node never had; run 'assay log fsck'");
        Bundle bundle = Bundle.Create(envelope, keySet, record.Claims, record.Output, attachments,
            proof is null ? null : Receipts.LogProof.Create(proof.Entry, proof.Index, [.. proof.Path], proof.Checkpoint.Note), proof is null ? null : KeyEvents(proof.Checkpoint));
        return (withheld.Contains(id) ? WithoutOutputs(bundle) : bundle).Encode();
    }

    // Everything that the checkpoint has about the keys; nothing as long as there is only entry 0.
    private List<KeyEvent> KeyEvents(LogCheckpoint checkpoint)
    {
        List<KeyEvent> events = [];
        foreach ((ulong index, byte[] entry) in keys.Events)
        {
            if (keys.Events.Count > 1 && log.GetProof(index, checkpoint) is { } proof)
            {
                events.Add(KeyEvent.Create(entry, index, [.. proof.Path]));
            }
        }

        return events;
    }

    private static async Task WaitAsync(Func<ulong, CancellationToken, Task> waiting, ulong index, TimeSpan limit, CancellationToken cancellation)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        try
        {
            await waiting(index, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Not in time.
        }
    }

    private static Bundle WithoutOutputs(Bundle bundle) =>
        bundle.Redact([.. ClaimRegistry.Groups.Where(static group => group != "output"), "attachments.request", "attachments.statement"], out _, out _)!;
}
