using Assay.Log;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>Puts stored receipts and the log's proofs together.</summary>
internal sealed class BundleSource(TiledLog log, NodeKeyHistory keys, ModelCatalog models)
{
    /// <summary>The bundle of a receipt with its log proof, or without one if no checkpoint covers it in time; null if there's no such receipt.</summary>
    internal async Task<byte[]?> GetAsync(ReceiptId id, TimeSpan wait, CancellationToken cancellation)
    {
        StoredReceipt? stored = log.GetReceipt(id);
        if (stored is null)
        {
            return null;
        }

        Log.LogProof? proof = log.GetProof(stored.LogIndex);
        if (proof is null)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(wait);
            try
            {
                await log.WaitForAsync(stored.LogIndex, limit.Token).ConfigureAwait(false);
                proof = log.GetProof(stored.LogIndex);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // The verdict will say "pending"; the caller can fetch again.
                proof = null;
            }
        }

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
}
