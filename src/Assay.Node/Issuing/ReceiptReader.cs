using Assay.Chat;
using Assay.Log;
using Assay.Node.Attesting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>Reads stored receipts and what was said about them.</summary>
internal sealed class ReceiptReader(TiledLog log, NodeKeyHistory keys, ModelCatalog models, AttestationStore attestation)
{
    /// <summary>A durable receipt; null if there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="secret">Its <see cref="ReadSecret"/>: without it a confidential receipt comes with every field left out, and without a seed.</param>
    internal DurableReceipt? Read(ReceiptId id, string? secret = null)
    {
        if (log.GetReceipt(id) is not { } stored)
        {
            return null;
        }

        ReceiptRecord record = ReceiptRecord.TryDecode(stored.Record, out string? error, secret)
            ?? throw new InvalidDataException($"receipt {id} in the database can't be read: {error}; run 'assay log fsck'");
        ReceiptEnvelope envelope = ReceiptEnvelope.TryDecode(record.Envelope, out error)
            ?? throw new InvalidDataException($"receipt {id} in the database has no readable envelope: {error}; run 'assay log fsck'");
        List<ReadOnlyMemory<byte>> attachments = record.Seed.IsEmpty ? [] : [record.Request, record.Response, .. SealedMessages(record)];
        if (record.StatementDigest is { } digest && models.FindStatement(digest) is { } statement)
        {
            attachments.Add(statement);
        }

        KeySet keySet = keys.Find(envelope.Statement.KeySet)
            ?? throw new InvalidDataException($"receipt {id} in the database is by a key set that this node never had; run 'assay log fsck'");
        return new DurableReceipt(id, stored.LogIndex, Bundle.Create(envelope, keySet, record.Claims, record.Output, attachments, null), record.Seed);
    }

    /// <summary>What was said about a receipt, in the log's order.</summary>
    internal IReadOnlyList<(ulong LogIndex, AttachedEndorsement Item)> Endorsements(ReceiptId id) =>
        [.. log.GetEndorsements(id).Select(stored => (stored.LogIndex, WithEvidence(AttachedEndorsement.TryDecode(stored.Record, out string? error)
            ?? throw new InvalidDataException($"an endorsement of receipt {id} in the database can't be read: {error}; run 'assay log fsck'"))))];

    /// <summary>What goes with the evidence of endorsements by attested hardware; null if there is none.</summary>
    internal ReadOnlyMemory<byte>? Material(IEnumerable<AttachedEndorsement> endorsements) =>
        endorsements.LastOrDefault(static item => item.Endorsement is { By: Basis.Tee, Evidence: not null }) is { } item && attestation.FindMaterial(item.Endorsement.Evidence!.Value) is { } material
            ? material
            : default(ReadOnlyMemory<byte>?);

    // Not stored: they follow from the body and the seed.
    private static IEnumerable<ReadOnlyMemory<byte>> SealedMessages(ReceiptRecord record) =>
        DisclosedClaims.TryDecode(record.Claims, out _) is { } claims && ChatRequest.KindOf(claims.Text(ClaimRegistry.RequestProtocol)) is { } kind && ChatRequestReader.TryRead(kind, record.Request, out _) is { } request
            ? SealedMessage.SealAll(request, record.Seed).Select(static bytes => new ReadOnlyMemory<byte>(bytes))
            : [];

    // Evidence of hardware is kept once for all that rest on it.
    private AttachedEndorsement WithEvidence(AttachedEndorsement item) =>
        item is { Evidence: null, Endorsement: { By: Basis.Tee, Evidence: { } digest } } && attestation.FindEvidence(digest) is { } evidence
            ? AttachedEndorsement.Create(item.Endorsement, evidence, null, item.LogProof)
            : item;
}
