using Assay.Attestation;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a verdict says nothing about (spec/receipt.md, "Verdict", table of what isn't covered), in the spec's order.</summary>
internal static class NotCoveredRules
{
    public static IReadOnlyList<Remark> List(Evidence evidence, PolicyDocument? required, PolicyDocument? requested)
    {
        if (evidence.Bundle is not { } bundle)
        {
            return [];
        }

        CheckTable checks = evidence.Checks;
        List<Remark> remarks = [];
        void Add(bool applies, Remark remark)
        {
            if (applies)
            {
                remarks.Add(remark);
            }
        }

        int redacted = bundle.Claims.RedactedCount + bundle.Output.RedactedCount;
        Add(evidence.FirstUse, RemarkWords.FirstUse);
        Add(true, RemarkWords.Revocation);
        Add(evidence.Witnesses?.AcceptedAt is null, RemarkWords.TimeAsserted);
        Add(redacted > 0, RemarkWords.Redacted(redacted));
        Add(bundle.Claims.Texts(ClaimRegistry.RequestMutations) is { Count: > 0 }, RemarkWords.RequestChanged);
        Add(bundle.Claims.Text(ClaimRegistry.ExecutionBackend)?.EndsWith(WellKnown.FidelityAccepted, StringComparison.Ordinal) == true, RemarkWords.ModelFidelity);
        Add(checks[CheckCodes.RequestModel] == CheckResult.NotEvaluated, RemarkWords.ModelNotCompared);
        Add(checks[CheckCodes.RequestWire] == CheckResult.NotEvaluated || !evidence.HasRequest, RemarkWords.RequestNotCompared);
        Add(checks[CheckCodes.ResponseWire] == CheckResult.NotEvaluated || !evidence.HasAnswer, RemarkWords.ResponseNotCompared);
        Add(bundle.LogProof is not null && !checks.Passes(CheckCodes.LogWitnessed), RemarkWords.NoWitness);
        Add(evidence.Has(WitnessStatus.Bad), RemarkWords.Cosignature(evidence.Named(WitnessStatus.Bad)));
        Add(evidence.Has(WitnessStatus.TooEarly), RemarkWords.CosignedEarly(evidence.Named(WitnessStatus.TooEarly)));
        Add(evidence.Has(IsLeftOut), RemarkWords.EndorsementLeftOut(evidence.Named(IsLeftOut)));
        Add(evidence.Has(IsNotNamed), RemarkWords.EndorsementNotNamed(evidence.Named(IsNotNamed)));
        Add(evidence.Has(IsNotLogged), RemarkWords.EndorsementNotLogged(evidence.Named(IsNotLogged)));
        Add(bundle.Proof is not null && !QuestionRules.Proved(checks), RemarkWords.ProofLeftOut);
        EndorsementFact? hardware = evidence.Hardware is { Attests: true } counted ? counted : null;
        Add(evidence.Has(IsLeftOutByTee), RemarkWords.TeeLeftOut);
        Add(hardware?.Appraisal!.Grade == Grade.Simulated, RemarkWords.TeeSimulated);
        Add(hardware?.Appraisal!.Grade == Grade.OperatorHeld, RemarkWords.TeeOperatorHeld);
        Add(hardware is not null && !IsTimed(evidence, hardware), RemarkWords.TeeTimeAsserted);
        Add(hardware?.Appraisal!.Facts?.CollateralExpiresAt < evidence.Expectation.Now, RemarkWords.TeeCollateralOld);
        Add(evidence.Payment is { HasPayload: true, Bound: not true }, RemarkWords.PaymentNotBound);
        Add(evidence.Payment is { HasPayload: true } && !checks.Passes(CheckCodes.PaymentSettled), RemarkWords.PaymentNotSettled);
        Add(checks[CheckCodes.ReplayOutput] == CheckResult.NotEvaluated && !checks.Passes(CheckCodes.ReplayPeers) && !QuestionRules.Proved(checks), RemarkWords.ReplayNotDone);
        bool isChat = ChatRequest.KindOf(bundle.Claims.Text(ClaimRegistry.RequestProtocol)) is not null;
        bool byUpstream = bundle.Claims.Text(ClaimRegistry.PartiesGateway) is not null || bundle.Claims.Text(ClaimRegistry.ExecutionSemantics) == WellKnown.Opaque;
        Add(isChat && byUpstream, RemarkWords.ChatUpstream);
        Add(isChat && !byUpstream, RemarkWords.ChatReplay);
        Add(required is { } r && requested is { } asked && !r.Includes(asked), RemarkWords.LowerThanAsked);
        Add(evidence.Confidential is null, RemarkWords.OperatorRead);
        Add(bundle.Proof is not null, RemarkWords.ProofHidesNothing);
        Add(true, RemarkWords.AnswerTruth);
        return remarks;
    }

    private static bool IsLeftOut(EndorsementFact fact) => !fact.IsByTee && fact.Status is not (EndorsementStatus.Counts or EndorsementStatus.GaveUp or EndorsementStatus.NotNamed);

    private static bool IsLeftOutByTee(EndorsementFact fact) => fact.IsByTee && !fact.Attests;

    // Witnesses saw the receipt within the age that the policy allows evidence: then nobody can have made it up much later.
    private static bool IsTimed(Evidence evidence, EndorsementFact hardware) =>
        evidence.Witnesses?.AcceptedAt is { } accepted && accepted - evidence.Expectation.IssuedAt <= hardware.Appraisal!.Policy!.MaxAge;

    private static bool IsNotNamed(EndorsementFact fact) => fact.Status == EndorsementStatus.NotNamed;

    private static bool IsNotLogged(EndorsementFact fact) => fact.Status == EndorsementStatus.Counts && fact.LogIndex is null;
}
