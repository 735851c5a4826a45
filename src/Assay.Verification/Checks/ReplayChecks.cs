using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks by exact re-execution.</summary>
internal static class ReplayChecks
{
    /// <summary>Makes the checks; returns what the replayer found, if it was asked.</summary>
    public static ReplayResult? Run(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        bool isChat = input.ChatReplayer is not null && bundle.Claims.Text(ClaimRegistry.ExecutionSemantics) == WellKnown.LlamaSampler;
        ChatReplayRequest? chat = null;
        string? obstacle = isChat ? ChatReplays.Obstacle(bundle, input, checks, out chat) : Obstacle(bundle, input, checks);
        if (obstacle is not null)
        {
            SkipBoth(checks, obstacle);
            return null;
        }

        ReplayResult result = chat is not null
            ? input.ChatReplayer!.Replay(chat)
            : input.Replayer!.Replay(new ReplayRequest(
                new ModelId(bundle.Claims.Digest(ClaimRegistry.ModelModelId)!.Value),
                bundle.Claims.Text(ClaimRegistry.ModelName),
                bundle.Claims.Tensors(ClaimRegistry.RequestInputs)!));
        switch (result)
        {
            case ReplayResult.Ran ran:
                checks.Pass(CheckCodes.ReplayModel);
                checks.Set(CheckCodes.ReplayOutput, Output(bundle, ran));
                break;
            case ReplayResult.Refused:
                checks.Pass(CheckCodes.ReplayModel);
                checks.Fail(CheckCodes.ReplayOutput, DetailCodes.ReplayRefusedInput);
                break;
            case ReplayResult.OtherModel:
                checks.Fail(CheckCodes.ReplayModel, DetailCodes.ReplayOtherModel);
                checks.Skip(CheckCodes.ReplayOutput, DetailCodes.ReplayEarlierFailure);
                break;
            case ReplayResult.NotAvailable unavailable:
                SkipBoth(checks, unavailable.Code);
                break;
        }

        return result;
    }

    /// <summary>Whether nothing disclosed says that what ran can't be run again by anybody.</summary>
    public static bool MayBeRunAgain(DisclosedClaims claims) => MayBeExact(claims) || claims.Text(ClaimRegistry.ExecutionSemantics) == WellKnown.LlamaSampler;

    /// <summary>Whether nothing disclosed says that something else than an exact program ran.</summary>
    public static bool MayBeExact(DisclosedClaims claims) => claims.Text(ClaimRegistry.ExecutionSemantics) is null or WellKnown.FixedPointV1;

    private static string? Obstacle(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        DisclosedClaims claims = bundle.Claims;
        return input.Replayer is null ? DetailCodes.ReplayNotAsked
            : checks.Failed.Any() ? DetailCodes.ReplayEarlierFailure
            : Missing(claims, ClaimRegistry.ModelModelId)
            ?? Missing(claims, ClaimRegistry.RequestInputs)
            ?? Missing(claims, ClaimRegistry.ExecutionSemantics)
            ?? (claims.Text(ClaimRegistry.ExecutionSemantics) != WellKnown.FixedPointV1 ? DetailCodes.ReplaySemanticsUnknown
            : bundle.Output.RedactedCount > 0 ? DetailCodes.Redacted
            : null);
    }

    internal static string? Missing(DisclosedClaims claims, ClaimField field) => claims.State(field) switch
    {
        LeafState.Redacted => DetailCodes.Redacted,
        LeafState.Absent => DetailCodes.Absent,
        _ => null,
    };

    private static string? Output(Bundle bundle, ReplayResult.Ran ran) =>
        !TensorValue.AllSame(ran.Outputs, bundle.Output.AllParts!) ? DetailCodes.ReplayOutputDiffers
        : ran.FinishReasons is { } ends && bundle.Claims.Texts(ClaimRegistry.OutputFinishReason) is { } said && !ends.SequenceEqual(said) ? DetailCodes.ReplayOutputDiffers
        : ran.Saturated is { } counted && bundle.Claims.UInt(ClaimRegistry.ExecutionSaturated) is { } stated && counted != stated ? DetailCodes.ReplaySaturatedDiffers
        : null;

    private static void SkipBoth(CheckTable checks, string detail)
    {
        checks.Skip(CheckCodes.ReplayModel, detail);
        checks.Skip(CheckCodes.ReplayOutput, detail);
    }
}
