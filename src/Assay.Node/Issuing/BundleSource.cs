using Assay.Log;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Node.Witnessing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>Puts stored receipts and the log's proofs together.</summary>
internal sealed class BundleSource(TiledLog log, NodeKeyHistory keys, ModelCatalog models, WitnessRounds witnesses)
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

        // Without a proof the verdict will say "pending", without a cosignature that one party saw the log; the caller can
        // fetch again.
        await WaitAsync(log.WaitForAsync, stored.LogIndex, wait, cancellation).ConfigureAwait(false);
        if (witnesses.IsAnyWell)
        {
            await WaitAsync(log.WaitForCosignedAsync, stored.LogIndex, CosignatureWait, cancellation).ConfigureAwait(false);
        }

        Log.LogProof? proof = log.GetProof(stored.LogIndex);
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
        return Bundle.Create(envelope, keySet, record.Claims, record.Output, attachments,
            proof is null ? null : Receipts.LogProof.Create(proof.Entry, proof.Index, [.. proof.Path], proof.Checkpoint.Note), proof is null ? null : KeyEvents(proof.Checkpoint)).Encode();
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
}
