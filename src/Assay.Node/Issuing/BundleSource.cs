using Assay.Log;
using Assay.Node.Keys;
using Assay.Node.Proving;
using Assay.Node.Releasing;
using Assay.Node.Witnessing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Issuing;

/// <summary>Puts stored receipts, what was said about them, and the log's proofs together.</summary>
internal sealed class BundleSource(ReceiptReader receipts, TiledLog log, NodeKeyHistory keys, WithheldReceipts withheld, WitnessRounds witnesses, PeerQueue peers, ProofService proofs)
{
    /// <summary>Longest wait for a first cosignature over a fresh receipt, if there is a witness that answers.</summary>
    private static readonly TimeSpan CosignatureWait = TimeSpan.FromSeconds(1);

    /// <summary>The bundle of a receipt with its log proof, or without one if no checkpoint covers it in time; null if there's no such receipt for that secret.</summary>
    /// <param name="id">The receipt's id.</param>
    /// <param name="secret">Its <see cref="ReadSecret"/>; null: the bundle comes with every field left out, which is what everybody may have.</param>
    /// <param name="wait">Longest wait for a checkpoint.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task<byte[]?> GetAsync(ReceiptId id, string? secret, TimeSpan wait, CancellationToken cancellation)
    {
        if (receipts.Read(id, secret) is not { } receipt || (secret is not null && !ReadSecret.Is(secret, receipt.Seed.Span)))
        {
            return null;
        }

        if (!withheld.Contains(id))
        {
            await Task.WhenAll(peers.RefreshAsync(receipt, cancellation), proofs.RefreshAsync(id, cancellation)).ConfigureAwait(false);
        }

        IReadOnlyList<(ulong LogIndex, AttachedEndorsement Item)> endorsements = receipts.Endorsements(id);

        // The checkpoint covers everything that the log says about the node's keys too: a bundle that hid a revocation, or the rotation
        // that ties these keys to the ones that a verifier knows, would say too much or too little.
        ulong last = Math.Max(receipt.LogIndex, keys.Events[^1].Index);

        // Without a proof the verdict will say "pending", without a cosignature that one party saw the log; the caller can
        // fetch again.
        await WaitAsync(log.WaitForAsync, endorsements.Select(static e => e.LogIndex).Append(last).Max(), wait, cancellation).ConfigureAwait(false);
        if (witnesses.IsAnyWell)
        {
            await WaitAsync(log.WaitForCosignedAsync, last, CosignatureWait, cancellation).ConfigureAwait(false);
        }

        // The checkpoint that met the policy's demand for witnesses, if it made one.
        Log.LogProof? proof = log.GetProof(last, WitnessedEvidence.Asked(receipt.Policy)) is { } covering ? log.GetProof(receipt.LogIndex, covering.Checkpoint) : null;
        Bundle bundle = receipt.Bundle
            .WithLogProof(proof is null ? null : Proof(proof), proof is null ? null : KeyEvents(proof.Checkpoint))
            .WithEndorsements(endorsements.Select(e => log.GetProof(e.LogIndex) is { } logged ? e.Item.WithLogProof(Proof(logged)) : e.Item))
            .WithProof(proofs.Find(id))
            .WithMaterial(receipts.Material(endorsements.Select(static e => e.Item)));
        return (secret is null ? bundle.Redact([], out _, out _)! : withheld.Contains(id) ? WithoutOutputs(bundle) : bundle).Encode();
    }

    /// <summary>A receipt with these leaves alone, without attachments and what others said of it, and beside it the request that it is of; null if there is no such receipt.</summary>
    /// <param name="id">The receipt's id.</param>
    /// <param name="leaves">What is shown.</param>
    /// <param name="wait">Longest wait for a checkpoint.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal async Task<(Bundle Shown, ReadOnlyMemory<byte> Request)?> ShowAsync(ReceiptId id, IReadOnlyCollection<string> leaves, TimeSpan wait, CancellationToken cancellation)
    {
        if (receipts.Read(id) is not { } receipt)
        {
            return null;
        }

        ulong last = Math.Max(receipt.LogIndex, keys.Events[^1].Index);
        await WaitAsync(log.WaitForAsync, last, wait, cancellation).ConfigureAwait(false);
        Log.LogProof? proof = log.GetProof(last) is { } covering ? log.GetProof(receipt.LogIndex, covering.Checkpoint) : null;
        Bundle shown = receipt.Bundle.WithLogProof(proof is null ? null : Proof(proof), proof is null ? null : KeyEvents(proof.Checkpoint)).Redact(leaves, out _, out _)!;
        Digest32? asked = receipt.Bundle.Claims.Digest(ClaimRegistry.RequestWireDigest);
        return (shown, receipt.Bundle.Attachments.FirstOrDefault(item => item.Digest == asked)?.Content ?? ReadOnlyMemory<byte>.Empty);
    }

    private static Receipts.LogProof Proof(Log.LogProof proof) => Receipts.LogProof.Create(proof.Entry, proof.Index, [.. proof.Path], proof.Checkpoint.Note);

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
