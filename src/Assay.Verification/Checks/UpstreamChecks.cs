using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Whether an upstream says that the model answered which was asked for (spec/chat.md, "What a verifier checks").</summary>
internal static class UpstreamChecks
{
    private const string Renamed = "changed model ";

    public static void Run(DisclosedClaims claims, CheckTable checks)
    {
        const string Code = CheckCodes.UpstreamModel;
        LeafState state = claims.State(ClaimRegistry.PartiesGateway);
        if (state == LeafState.Absent)
        {
            checks.Pass(Code);
        }
        else if (state == LeafState.Redacted || claims.State(ClaimRegistry.ModelName) == LeafState.Redacted || claims.State(ClaimRegistry.RequestMutations) == LeafState.Redacted)
        {
            checks.Skip(Code, DetailCodes.Redacted);
        }
        else if (UpstreamWord.TryRead(claims.Text(ClaimRegistry.PartiesGateway)!)?.Model is not { } said || Sent(claims) is not { } sent)
        {
            checks.Skip(Code, DetailCodes.UpstreamUnknown);
        }
        else
        {
            checks.Set(Code, UpstreamModel.Fits(sent, said) ? null : DetailCodes.UpstreamModelDiffers);
        }
    }

    // A node may call a model by another name there, and says so; after a failover by yet another one.
    internal static string? Sent(DisclosedClaims claims)
    {
        string? renamed = claims.Texts(ClaimRegistry.RequestMutations)?.LastOrDefault(static text => text.StartsWith(Renamed, StringComparison.Ordinal));
        return renamed is null ? claims.Text(ClaimRegistry.ModelName)
            : StrictJson.TryParse(Encoding.UTF8.GetBytes(renamed[Renamed.Length..]), 1 << 16, 1) is { ValueKind: JsonValueKind.String } name ? name.GetString()
            : null;
    }
}
