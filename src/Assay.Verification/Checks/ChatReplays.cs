using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a receipt of a chat says of how it can be asked again (spec/chat.md, "Replay").</summary>
internal static class ChatReplays
{
    private static readonly ClaimField[] Needed =
        [ClaimRegistry.ModelModelId, ClaimRegistry.RequestProtocol, ClaimRegistry.RequestWireDigest, ClaimRegistry.RequestSampling, ClaimRegistry.ExecutionBackend, ClaimRegistry.OutputFinishReason];

    /// <summary>Why it can't be asked again, as a detail code; null with what is to be asked.</summary>
    internal static string? Obstacle(Bundle bundle, VerificationInput input, CheckTable checks, out ChatReplayRequest? request)
    {
        request = null;
        DisclosedClaims claims = bundle.Claims;
        if (checks.Failed.Any())
        {
            return DetailCodes.ReplayEarlierFailure;
        }

        // Embeddings end for no reason.
        ChatKind? kind = ChatRequest.KindOf(claims.Text(ClaimRegistry.RequestProtocol));
        foreach (ClaimField field in Needed)
        {
            if (ReplayChecks.Missing(claims, field) is { } missing && !(kind == ChatKind.Embedding && field == ClaimRegistry.OutputFinishReason))
            {
                return missing;
            }
        }

        if (bundle.Output.RedactedCount > 0)
        {
            return DetailCodes.Redacted;
        }

        Digest32 digest = claims.Digest(ClaimRegistry.RequestWireDigest)!.Value;
        if ((input.RequestBytes ?? bundle.FindAttachment(digest)?.Content) is not { } body)
        {
            return DetailCodes.NoWireBytes;
        }

        // Given bytes were compared with the digest before: nothing failed.
        if (kind is not { } dialect || ChatRequestReader.TryRead(dialect, body, out _) is not { } read
            || AppliedParameters.TryRead(dialect, claims.Text(ClaimRegistry.RequestSampling)!) is not { } applied)
        {
            return DetailCodes.Unreadable;
        }

        request = new ChatReplayRequest
        {
            Model = new ModelId(claims.Digest(ClaimRegistry.ModelModelId)!.Value),
            Request = read,
            Applied = applied with { Seed = claims.UInt(ClaimRegistry.RequestSeed), ResponseFormat = read.Parameters.ResponseFormat },
            Backend = claims.Text(ClaimRegistry.ExecutionBackend)!,
            InstructionSet = claims.Text(ClaimRegistry.ExecutionInstructionSet),
            Template = claims.Digest(ClaimRegistry.ModelTemplate),
            Tokenizer = claims.Digest(ClaimRegistry.ModelTokenizer),
        };
        return null;
    }
}
