using Assay.Log;
using Assay.Node.Keys;
using Assay.Node.Witnessing;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>Brings cosignatures over a checkpoint that has the receipt: waits until as many of the node's witnesses as the policy asks for have signed one.</summary>
internal sealed class WitnessedEvidence(TiledLog log, NodeKeyHistory keys, IReadOnlyList<WitnessEndpoint> witnesses, TimeProvider time) : IEvidenceSource
{
    // Witnesses give whole seconds: it can have been that much later.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>How many cosignatures a policy asks for; 0: none.</summary>
    internal static int Asked(PolicyDocument? policy)
    {
        int most = 0;
        foreach (Requirement requirement in policy?.Requirements ?? [])
        {
            most = Math.Max(most, requirement.Witnesses ?? (requirement.Within is null ? 0 : 1));
        }

        return most;
    }

    /// <inheritdoc/>
    public PolicyCapabilities CapabilitiesFor(AnswerSource answered) =>
        witnesses.Count == 0 ? PolicyCapabilities.None : new PolicyCapabilities { Bases = [Basis.Log], Witnesses = witnesses.Count, Within = true };

    /// <inheritdoc/>
    public async Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation)
    {
        int asked = Asked(request.Policy);
        if (asked == 0)
        {
            return Gathered.Nothing;
        }

        // As bundles have it: the checkpoint has all that the log says about the node's keys, too.
        ulong last = Math.Max(request.LogIndex, keys.Events[^1].Index);
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (Latest(request.Policy) is { } within)
            {
                // What comes after that is too late for everything.
                TimeSpan left = DateTimeOffset.FromUnixTimeMilliseconds(request.IssuedAt) + within - time.GetUtcNow();
                limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }

            await log.WaitForCosignedAsync(last, asked, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What there is may be enough for something.
        }

        return log.GetProof(last, asked) is { } proof ? new Gathered(Facts(proof.Checkpoint, request.IssuedAt), []) : Gathered.Nothing;
    }

    private static TimeSpan? Latest(PolicyDocument policy)
    {
        Requirement[] asking = [.. policy.Requirements.Where(static requirement => requirement.Witnesses is not null || requirement.Within is not null)];
        return asking.All(static requirement => requirement.Within is not null) ? asking.Max(static requirement => requirement.Within) : null;
    }

    /// <summary>One fact for each number of witnesses: the more, the later.</summary>
    private List<EvidenceFact> Facts(LogCheckpoint checkpoint, long issuedAt)
    {
        SignedNote note = SignedNote.TryParse(checkpoint.Note.Span, out _)!;
        List<EvidenceFact> facts = [];
        foreach (long seconds in witnesses.Select(witness => Cosignature.Verify(note, witness.Key, out long at) == CheckResult.Pass ? at : 0).Where(static at => at > 0).Order())
        {
            TimeSpan taken = DateTimeOffset.FromUnixTimeSeconds(seconds) - DateTimeOffset.FromUnixTimeMilliseconds(issuedAt) + Second;
            facts.Add(new EvidenceFact(Question.Logged, QuestionStatus.Established, Basis.Log) { Witnesses = facts.Count + 1, LoggedWithin = taken >= TimeSpan.Zero ? taken : null });
        }

        return facts;
    }
}
