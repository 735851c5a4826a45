using Assay.Primitives.Cose;
using Assay.Proofs.Keys;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of the proof that goes with a receipt (spec/proofs.md). They pass or aren't evaluated: what doesn't hold shows nothing.</summary>
internal static class ProofChecks
{
    /// <summary>Makes the checks; all others come before. Null if there is no proof.</summary>
    public static ProofFact? Run(Bundle bundle, VerificationInput input, IReadOnlyList<KeySet> history, CheckTable checks)
    {
        if (bundle.Proof is not { } attached)
        {
            SkipBoth(checks, DetailCodes.ProofNone);
            return null;
        }

        ProofFact fact = new(null, attached.Batch, attached.Batch == 1 ? [0] : [.. attached.Openings.Select(static o => o.Run)], attached.Proof.Length, null, false, []);
        DisclosedClaims claims = bundle.Claims;
        if (checks.Failed.Any())
        {
            SkipBoth(checks, DetailCodes.ProofEarlierFailure);
            return fact;
        }

        if (ProofKey.Read(attached.Key.Span, out Proofs.ProofError? error) is not { } key)
        {
            SkipBoth(checks, error!.Code);
            return fact;
        }

        P256PublicKey[] nodeKeys = [bundle.KeySet.ReceiptKey, .. history.Select(static set => set.ReceiptKey)];
        fact = fact with { Key = key.Digest, Registrations = ProofAppraisal.Registrations(attached, key, input.Trust, nodeKeys) };
        string? obstacle = ReplayChecks.Missing(claims, ClaimRegistry.ModelModelId)
            ?? (claims.Digest(ClaimRegistry.ModelModelId) == key.ModelId.Value ? null : DetailCodes.ProofOtherModel);
        if (obstacle is not null)
        {
            SkipBoth(checks, obstacle);
            return fact;
        }

        PassOrSkip(checks, CheckCodes.ProofModel, ProofAppraisal.Tie(key, fact.Registrations, input.Weights, out bool byWeights));
        int bits = 0;
        obstacle = !ReplayChecks.MayBeExact(claims) ? DetailCodes.ProofSemanticsUnknown
            : ReplayChecks.Missing(claims, ClaimRegistry.RequestInputs)
            ?? (bundle.Output.AllParts is not { } outputs ? DetailCodes.Redacted
            : ProofAppraisal.Holds(attached, key, claims.Tensors(ClaimRegistry.RequestInputs)!, outputs, claims.UInt(ClaimRegistry.ExecutionSaturated), out bits));
        PassOrSkip(checks, CheckCodes.ProofOutput, obstacle);
        return fact with { ByWeights = byWeights, Bits = obstacle is null ? bits : null };
    }

    private static void PassOrSkip(CheckTable checks, string code, string? detail)
    {
        if (detail is null)
        {
            checks.Pass(code);
        }
        else
        {
            checks.Skip(code, detail);
        }
    }

    private static void SkipBoth(CheckTable checks, string detail)
    {
        checks.Skip(CheckCodes.ProofModel, detail);
        checks.Skip(CheckCodes.ProofOutput, detail);
    }
}
