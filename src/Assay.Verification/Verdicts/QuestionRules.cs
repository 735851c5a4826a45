using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The statuses of the six questions (spec/receipt.md, "Verdict", table of questions). The first rule that applies counts.</summary>
internal static class QuestionRules
{
    private static readonly string[] AlteredIfFailed =
    [
        CheckCodes.KeySetDigest, CheckCodes.BatchInclusion, CheckCodes.BatchSignature, CheckCodes.ClaimsRoot, CheckCodes.OutputRoot,
        CheckCodes.BundleAttachments, CheckCodes.PolicyDigest,
        CheckCodes.RequestWire, CheckCodes.RequestInputs, CheckCodes.RequestLevel, CheckCodes.ResponseWire, CheckCodes.ResponseOutputs,
    ];

    private static readonly string[] UnknownIfFailed = [CheckCodes.BundleDecode, CheckCodes.KeySetTrusted, CheckCodes.KeySetValidity, CheckCodes.KeySetHistory];

    private static readonly string[] OtherModelIfFailed = [CheckCodes.RequestModel, CheckCodes.UpstreamModel, CheckCodes.ReplayModel, CheckCodes.ReplayOutput, CheckCodes.ReplayPeers];

    private static readonly string[] NotLoggedIfFailed = [CheckCodes.LogCheckpoint, CheckCodes.LogInclusion, CheckCodes.LogEntry];

    public static IReadOnlyList<QuestionResult> Answer(Evidence evidence)
    {
        QuestionResult altered = Altered(evidence);
        bool signed = altered.Status == QuestionStatus.Established;
        QuestionResult[] results =
        [
            Model(evidence, signed),
            altered,
            ComputedRight(evidence, signed),
            OperatorRead(evidence, signed),
            Logged(evidence, signed),
            Paid(evidence, signed),
        ];
        return results;
    }

    private static QuestionResult Altered(Evidence evidence)
    {
        CheckTable checks = evidence.Checks;
        QuestionStatus status = AlteredIfFailed.Any(checks.Fails) ? QuestionStatus.Refuted
            : UnknownIfFailed.Any(checks.Fails) ? QuestionStatus.NotEvaluated

            // Whoever gives bytes asks about them.
            : evidence.IsRequestUncompared || evidence.IsAnswerUncompared ? QuestionStatus.NotEvaluated
            : QuestionStatus.Established;
        return new QuestionResult(
            Question.Altered,
            status,
            status == QuestionStatus.Established ? Basis.Signature : null,
            QuestionWords.Altered(evidence, status, AlteredIfFailed, UnknownIfFailed),
            Assumptions(evidence, status, [RemarkWords.KeyHeldByNode]));
    }

    private static QuestionResult Logged(Evidence evidence, bool signed)
    {
        CheckTable checks = evidence.Checks;
        QuestionStatus status = NotLoggedIfFailed.Any(checks.Fails) ? QuestionStatus.Refuted
            : !signed || checks.Fails(CheckCodes.LogTrusted) || checks.Fails(CheckCodes.LogWitnessed) ? QuestionStatus.NotEvaluated
            : evidence.Bundle!.LogProof is null ? QuestionStatus.Pending
            : QuestionStatus.Established;
        return new QuestionResult(
            Question.Logged,
            status,
            status == QuestionStatus.Established ? Basis.Log : null,
            QuestionWords.Logged(evidence, status, NotLoggedIfFailed),
            Assumptions(evidence, status, [checks.Passes(CheckCodes.LogWitnessed) ? RemarkWords.WitnessesHonest : RemarkWords.LogSameForAll]));
    }

    private static QuestionResult Model(Evidence evidence, bool signed)
    {
        CheckTable checks = evidence.Checks;
        QuestionStatus status = OtherModelIfFailed.Any(checks.Fails) ? QuestionStatus.Refuted
            : !signed ? QuestionStatus.NotEvaluated
            : Proved(checks) || Replayed(checks) || Attested(checks) ? QuestionStatus.Established
            : Promised(evidence, Question.Model)
            ?? (evidence.ModelId is not null ? QuestionStatus.Asserted
            : QuestionStatus.NotEvaluated);
        return new QuestionResult(
            Question.Model, status, By(checks, status), QuestionWords.Model(evidence, status, signed), Assumptions(evidence, status, OfChecking(evidence)));
    }

    private static QuestionResult ComputedRight(Evidence evidence, bool signed)
    {
        CheckTable checks = evidence.Checks;
        QuestionStatus status = checks.Fails(CheckCodes.ReplayOutput) || checks.Fails(CheckCodes.ReplayPeers) ? QuestionStatus.Refuted
            : !signed ? QuestionStatus.NotEvaluated
            : Proved(checks) || Replayed(checks) || Attested(checks) ? QuestionStatus.Established
            : Promised(evidence, Question.ComputedRight) ?? QuestionStatus.Asserted;
        return new QuestionResult(
            Question.ComputedRight, status, By(checks, status), QuestionWords.ComputedRight(evidence, status), Assumptions(evidence, status, OfChecking(evidence)));
    }

    // The software inside says so, of a request that came encrypted to a key that only it has.
    private static QuestionResult OperatorRead(Evidence evidence, bool signed)
    {
        EndorsementFact? hardware = signed ? evidence.Confidential : null;
        QuestionStatus status = hardware is null ? QuestionStatus.NotEvaluated : QuestionStatus.Established;
        return new QuestionResult(
            Question.OperatorRead,
            status,
            hardware is null ? null : Basis.Tee,
            QuestionWords.OperatorRead(hardware),
            Assumptions(evidence, status, hardware is null ? [] : [.. TeeWords.Assumptions(hardware.Appraisal!)]));
    }

    private static QuestionResult Paid(Evidence evidence, bool signed)
    {
        CheckTable checks = evidence.Checks;
        QuestionStatus status = PaymentChecks.Codes.Any(checks.Fails) ? QuestionStatus.Refuted
            : signed && PaymentChecks.Codes.All(checks.Passes) ? QuestionStatus.Established
            : QuestionStatus.NotEvaluated;
        return new QuestionResult(
            Question.Paid, status, status == QuestionStatus.Established ? Basis.Settlement : null, PaymentWords.Paid(evidence, status, signed), Assumptions(evidence, status, [RemarkWords.RpcHonest]));
    }

    /// <summary>Whether attested hardware establishes what a replay would.</summary>
    internal static bool Attested(CheckTable checks) => checks.Passes(CheckCodes.TeeAppraised);

    /// <summary>Whether a proof establishes what a replay would.</summary>
    internal static bool Proved(CheckTable checks) => checks.Passes(CheckCodes.ProofModel) && checks.Passes(CheckCodes.ProofOutput);

    /// <summary>Whether a replay does, here or by peers.</summary>
    internal static bool Replayed(CheckTable checks) => ReplayedHere(checks) || checks.Passes(CheckCodes.ReplayPeers);

    private static bool ReplayedHere(CheckTable checks) => checks.Passes(CheckCodes.ReplayModel) && checks.Passes(CheckCodes.ReplayOutput);

    // The node's own word that it gave up ends the waiting before its time.
    private static QuestionStatus? Promised(Evidence evidence, Question question) =>
        evidence.Has(fact => fact.Status == EndorsementStatus.GaveUp && fact.Questions.Contains(question)) ? QuestionStatus.Expired : evidence.Expectation.Status(question);

    private static List<Remark> OfChecking(Evidence evidence)
    {
        CheckTable checks = evidence.Checks;
        List<Remark> remarks = [];
        if (Proved(checks))
        {
            remarks.Add(RemarkWords.ProofArgument(evidence.Proof!.Bits!.Value));
            remarks.Add(evidence.Proof.ByWeights ? RemarkWords.ProofThisMachine : RemarkWords.RegistrarHonest(evidence.Proof.Registrars));
        }

        if (ReplayedHere(checks))
        {
            remarks.Add(RemarkWords.ReplayThisMachine);
        }

        if (checks.Passes(CheckCodes.ReplayPeers))
        {
            remarks.Add(RemarkWords.PeersHonest);
        }

        if (Attested(checks))
        {
            remarks.AddRange(TeeWords.Assumptions(evidence.Hardware!.Appraisal!));
        }

        return remarks;
    }

    private static Basis? By(CheckTable checks, QuestionStatus status) => status switch
    {
        QuestionStatus.Established => Proved(checks) ? Basis.Zk : Replayed(checks) ? Basis.Replay : Basis.Tee,
        QuestionStatus.Asserted => Basis.Operator,
        _ => null,
    };

    private static IReadOnlyList<Remark> Assumptions(Evidence evidence, QuestionStatus status, IReadOnlyList<Remark> own) =>
        status != QuestionStatus.Established ? []
        : evidence.FirstUse ? [RemarkWords.FirstUse, .. own]
        : own;
}
