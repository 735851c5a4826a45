using Assay.Chat;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Verifies receipts: bytes, trust, policy and a clock in, a verdict out (spec/receipt.md). Never throws for what the bytes say.</summary>
public static class Verifier
{
    /// <summary>Makes all checks that the input allows, answers the six questions, and says what it comes to.</summary>
    public static Verdict Verify(VerificationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckTable checks = new();
        Bundle? bundle = Bundle.TryDecode(input.Bundle, out string? error);
        checks.Set(CheckCodes.BundleDecode, error);
        if (bundle is null)
        {
            return Conclude(Evidence.None(checks), null, input);
        }

        BundleChecks.Run(bundle, input, checks);
        WireChecks.Run(bundle, input, checks);
        Checkpoint? checkpoint = LogChecks.Run(bundle, input, checks);
        WitnessReport? witnesses = WitnessChecks.Run(bundle, input, checks);
        IReadOnlyList<KeySet> history = KeySetChecks.Run(bundle, input, checkpoint, witnesses?.AcceptedAt, checks);
        ReplayResult? replay = ReplayChecks.Run(bundle, input, checks);
        IReadOnlyList<EndorsementFact> endorsements = PeerChecks.Run(bundle, input, history, checks);
        ProofFact? proof = ProofChecks.Run(bundle, input, history, checks);
        TeeChecks.Run(endorsements, checks);
        PolicyDocument? requested = RequestedPolicy.Find(bundle, input);
        PaymentFact? payment = PaymentChecks.Run(bundle, input, requested, endorsements, checks);
        Expectation expectation = new(requested, DateTimeOffset.FromUnixTimeMilliseconds(bundle.Envelope.Statement.IssuedAt), input.Now);
        Evidence evidence = new(bundle, checks, input.Trust is null && input.FirstUse, replay, checkpoint?.Size, witnesses, endorsements, expectation, proof, payment)
        {
            HasRequest = input.RequestBytes is not null,
            HasAnswer = input.ResponseBytes is not null,
        };
        return Conclude(evidence, requested, input);
    }

    private static Verdict Conclude(Evidence evidence, PolicyDocument? requested, VerificationInput input)
    {
        PolicyDocument? required = evidence.Bundle is null ? null : Required(input) ?? requested;
        IReadOnlyList<QuestionResult> questions = QuestionRules.Answer(evidence);
        PolicyResult? result = OutcomeRules.Evaluate(required, evidence, questions, input.Chain is null ? PolicyCapabilities.Verifier : PolicyCapabilities.VerifierWithChain);
        (Outcome outcome, string reason) = OutcomeRules.Decide(evidence, requested, result);
        IReadOnlyList<UnmetRequirement> unmet = result?.Unmet ?? [];
        return new Verdict
        {
            Outcome = outcome,
            Now = input.Now,
            NowIsGiven = input.NowIsGiven,
            Reason = reason,
            Summary = OutcomeWords.Summary(outcome, reason, evidence.Bundle?.Envelope.Statement.Phase, required, unmet, questions, evidence.Checks),
            Required = required?.Level,
            RequiredPolicy = required,
            Unmet = unmet,
            Receipt = evidence.Bundle is null ? null : Facts(evidence, evidence.Bundle, requested),
            Questions = questions,
            Checks = [.. CheckCodes.All.Select(code => CheckWords.Outcome(evidence.Checks, code))],
            NotCovered = NotCoveredRules.List(evidence, required, requested),
        };
    }

    // Whoever names both wants both.
    private static PolicyDocument? Required(VerificationInput input) =>
        input.Policy is { } policy ? input.Require is { } level ? policy.Raise(level) : policy
        : input.Require is { } required ? PolicyDocument.For(required)
        : null;

    private static ReceiptFacts Facts(Evidence evidence, Bundle bundle, PolicyDocument? requested)
    {
        ReceiptStatement statement = bundle.Envelope.Statement;
        return new ReceiptFacts
        {
            Id = statement.Id,
            Digest = bundle.Envelope.Digest,
            IssuedAt = DateTimeOffset.FromUnixTimeMilliseconds(statement.IssuedAt),
            AcceptedAt = evidence.Witnesses?.AcceptedAt,
            Witnesses = evidence.Witnesses?.Witnesses ?? [],
            Counter = statement.Counter,
            Phase = statement.Phase,
            RequestedLevel = requested?.Level,
            RequestedPolicy = requested,
            LevelSource = statement.LevelSource,
            ModelName = evidence.ModelName,
            ModelId = evidence.ModelId,
            Upstream = bundle.Claims.Text(ClaimRegistry.PartiesGateway) is { } word ? UpstreamWord.TryRead(word) : null,
            Mutations = bundle.Claims.Texts(ClaimRegistry.RequestMutations),
            Node = bundle.KeySet.Origin,
            KeySet = bundle.KeySet.Digest,
            TrustLines = TrustFile.LinesFor(bundle.KeySet),
            LogIndex = bundle.LogProof?.Index,
            LogSize = evidence.LogSize,
            Endorsements = evidence.Endorsements,
            Proof = evidence.Proof,
            Hardware = evidence.Hardware,
            Payment = evidence.Payment,
        };
    }
}
