using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Replayer.Rules;

/// <summary>
/// Whether a peer deals with a receipt, as a function of the request, the trust file and the time: it reads no clock and
/// writes nothing. What is signed by whom the verifier checks; here stands which of its checks count before there is a log proof.
/// </summary>
internal static class Admission
{
    /// <summary>What step 2 discloses, and step 3 besides the outputs.</summary>
    private static readonly ClaimField[] Shown = [ClaimRegistry.ModelModelId, ClaimRegistry.ExecutionSemantics, ClaimRegistry.RequestInputs];

    // log/* is for those who get the receipt: it may not be in a checkpoint yet, and the peer's trust file needn't name the log.
    private static readonly string[] Binding =
    [
        CheckCodes.KeySetTrusted, CheckCodes.KeySetDigest, CheckCodes.KeySetValidity, CheckCodes.KeySetHistory,
        CheckCodes.BatchInclusion, CheckCodes.BatchSignature, CheckCodes.ClaimsRoot, CheckCodes.OutputRoot,
    ];

    /// <summary>Null and the reason if the peer doesn't deal with it. Doesn't throw for what the bytes say.</summary>
    public static AdmittedReceipt? Admit(ReadOnlyMemory<byte> body, ReplayStep step, TrustFile trust, SignatureCache signatures, DateTimeOffset now, out ReplayerReply? refusal)
    {
        if (Bundle.TryDecode(body, out string? error) is not { } bundle)
        {
            refusal = ReplayerReply.Refused(400, ReplayerErrors.Bundle, $"The body isn't a bundle ({error}).", "Send the receipt's bundle, at most 64 MiB.");
            return null;
        }

        refusal = WrongDisclosure(bundle, step) ?? NotTheNodes(body, trust, signatures, now) ?? Unknown(bundle, step);
        return refusal is not null ? null
            : new AdmittedReceipt(bundle.Envelope.Digest, bundle.KeySet, bundle.Claims, step == ReplayStep.Endorse ? bundle.Output.AllParts : null);
    }

    // Too much is refused too: what isn't needed here is nobody's business, and outputs that come before the commitment take its worth away.
    private static ReplayerReply? WrongDisclosure(Bundle bundle, ReplayStep step)
    {
        foreach (ClaimField field in ClaimRegistry.Fields)
        {
            LeafState state = bundle.Claims.State(field);
            if (state != LeafState.Redacted && !Shown.Contains(field))
            {
                return Disclosure($"It discloses {field.Name}, which a replay doesn't need.");
            }

            if (step == ReplayStep.Commit && state != LeafState.Disclosed && Shown.Contains(field))
            {
                return Disclosure($"It doesn't disclose {field.Name}.");
            }
        }

        return bundle.Attachments.Count > 0 ? Disclosure("It has attachments, which a replay doesn't need.")
            : step == ReplayStep.Commit && bundle.Output.RedactedCount < bundle.Output.Parts.Count ? Disclosure("It discloses outputs before the peer has committed to its own.")
            : step == ReplayStep.Endorse && bundle.Output.RedactedCount > 0 ? Disclosure("It doesn't disclose all outputs.")
            : null;
    }

    private static ReplayerReply Disclosure(string message) => ReplayerReply.Refused(
        400, ReplayerErrors.Bundle, message, "For a commitment disclose model.model_id, execution.semantics and request.inputs only; for an endorsement the outputs besides.");

    private static ReplayerReply? NotTheNodes(ReadOnlyMemory<byte> body, TrustFile trust, SignatureCache signatures, DateTimeOffset now)
    {
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = body, Now = now, Trust = trust, Signatures = signatures });
        foreach (string code in Binding)
        {
            CheckOutcome check = verdict.Checks.Single(c => c.Code == code);
            if (check.Result == CheckResult.Fail)
            {
                return check.Detail is DetailCodes.NotNamed or DetailCodes.Revoked or DetailCodes.Retired
                    ? ReplayerReply.Refused(403, ReplayerErrors.NodeNotServed, $"This peer doesn't serve the node of these keys ({check.Detail}).", "The peer's operator says whom it serves: a 'node' line of its trust file with the key set's digest.")
                    : ReplayerReply.Refused(403, ReplayerErrors.Signature, $"This isn't what the node signed: {code} ({check.Detail}).");
            }

            // Only what needs no evidence of its own may be left open: keys without a history.
            if (check.Result == CheckResult.NotEvaluated && code != CheckCodes.KeySetHistory)
            {
                return ReplayerReply.Refused(403, ReplayerErrors.Signature, $"What the node signed can't be checked: {code} ({check.Detail}).");
            }
        }

        return null;
    }

    private static ReplayerReply? Unknown(Bundle bundle, ReplayStep step) =>
        bundle.Envelope.Statement.Phase != ReceiptPhase.Final
            ? ReplayerReply.Refused(400, ReplayerErrors.Bundle, "The receipt isn't a final one.")
        : step == ReplayStep.Commit && bundle.Claims.Text(ClaimRegistry.ExecutionSemantics) != WellKnown.FixedPointV1
            ? ReplayerReply.Refused(422, ReplayerErrors.SemanticsUnknown, "Only programs of fixed-point/v1 can be replayed exactly.")
        : null;
}
