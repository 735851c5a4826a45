using Assay.Node.Issuing;
using Assay.Node.Releasing;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Proving;

/// <summary>Brings proofs before release: waits until the one of this answer is there and durable.</summary>
internal sealed class ProofEvidence(ProofService proofs, ReceiptReader receipts, Expiry expiry) : IEvidenceSource
{
    /// <inheritdoc/>
    public PolicyCapabilities CapabilitiesFor(AnswerSource answered) =>
        answered.Model is { Terms.ProofBits: > 0 } model ? new PolicyCapabilities { Bases = [Basis.Zk], SoundnessBits = model.Terms.ProofBits } : PolicyCapabilities.None;

    /// <inheritdoc/>
    public async Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation)
    {
        if (request.IsConfidential || request.Answered.Model is not { } model || !ProofService.Wants(model, request.Policy))
        {
            return Gathered.Nothing;
        }

        try
        {
            await proofs.WaitAsync(request.Receipt, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It may still have come.
        }

        if (proofs.Find(request.Receipt) is { } proof)
        {
            int bits = model.Proofs!.Engine.Forecast(proof.Batch).Bits;
            return new Gathered([.. Endorsement.QuestionsOfReplay.Select(question => new EvidenceFact(question, QuestionStatus.Established, Basis.Zk) { SoundnessBits = bits })], []);
        }

        if (receipts.Read(request.Receipt) is { } receipt)
        {
            await expiry.SayAsync(receipt, Basis.Zk).ConfigureAwait(false);
        }

        return Gathered.Nothing with { Note = proofs.Failure(request.Receipt) is { } error ? $"There is no proof ({error})." : "The proof wasn't ready in time." };
    }
}
