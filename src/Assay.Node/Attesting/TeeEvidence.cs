using System.Collections.Immutable;
using Assay.Log.Committing;
using Assay.Node.Issuing;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Attesting;

/// <summary>
/// Endorses, with the attested key, what this process ran itself. The digest comes from memory, where the statement was just signed: what
/// stands on the disk, others may have written.
/// </summary>
internal sealed class TeeEvidence(AttestationService? attestation, ReceiptIssuer issuer, ReceiptReader receipts, Expiry expiry, TimeProvider time) : IEvidenceSource
{
    /// <summary>Whether attested hardware can meet something in the policy.</summary>
    internal static bool Wants(PolicyDocument? policy) => policy is not null && policy.Requirements.Any(static requirement => requirement.By.Contains(Basis.Tee));

    /// <summary>What a model can be asked for now: evidence can have become too old since the last attempt to renew it, on a machine that slept, say.</summary>
    internal ModelTerms TermsOf(ModelTerms terms) => terms.NoTee is null && attestation?.Failure is { } code ? terms with { NoTee = AttestationService.NotInOrder(code) } : terms;

    /// <inheritdoc/>
    public PolicyCapabilities CapabilitiesFor(AnswerSource answered) => attestation?.Current is null || !answered.RanHere ? PolicyCapabilities.None : new PolicyCapabilities { Bases = [Basis.Tee] };

    /// <inheritdoc/>
    public async Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation)
    {
        if (!Wants(request.Policy) || !request.Answered.RanHere)
        {
            return Gathered.Nothing;
        }

        ImmutableArray<Question> questions = request.IsConfidential ? Endorsement.QuestionsOfConfidentialTee : Endorsement.QuestionsOfTee;
        if (attestation is not null && await EndorseAsync(attestation, request, questions).ConfigureAwait(false))
        {
            return new Gathered([.. questions.Select(static question => new EvidenceFact(question, QuestionStatus.Established, Basis.Tee))], []);
        }

        // Only where nothing else could have met it: else it is no promise that was broken.
        if (request.Policy.Requirements.Any(static requirement => requirement.By is [Basis.Tee]) && receipts.Read(request.Receipt) is { } receipt)
        {
            await expiry.SayAsync(receipt, Basis.Tee).ConfigureAwait(false);
        }

        return Gathered.Nothing with
        {
            Note = attestation?.Failure is { } code ? $"This node's attestation isn't in order at the moment ({code})." : $"The endorsement couldn't be made durable ({AttesterErrors.NotKept}).",
        };
    }

    private async Task<bool> EndorseAsync(AttestationService service, EvidenceRequest request, ImmutableArray<Question> questions)
    {
        // The key may retire between being looked up and signing; then there is the next one, or none.
        for (AttestedKey? key = service.Current; key is not null; key = service.Current)
        {
            if (key.TryEndorse(request.Digest, questions, time.GetUtcNow()) is { } endorsement)
            {
                // Its evidence is on the disk already, once for all that rest on it.
                return (await issuer.EndorseAsync(request.Receipt, AttachedEndorsement.Create(endorsement, null, null, null)).ConfigureAwait(false)).Status == SubmitStatus.Committed;
            }
        }

        return false;
    }
}
