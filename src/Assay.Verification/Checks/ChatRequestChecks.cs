using System.Globalization;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Whether what was asked in a chat is what its claims say (spec/chat.md, "What a verifier checks").</summary>
internal static class ChatRequestChecks
{
    // What a request says, and the leaf that says it too.
    private static readonly ClaimField[] Compared =
    [
        ClaimRegistry.RequestSystemPrompt, ClaimRegistry.RequestMessages, ClaimRegistry.RequestAttachments, ClaimRegistry.RequestTools,
        ClaimRegistry.RequestResponseFormat, ClaimRegistry.RequestSampling,
    ];

    public static void Run(Bundle bundle, ReadOnlyMemory<byte>? bytes, ChatRequest? request, CheckTable checks)
    {
        const string Code = CheckCodes.RequestInputs;
        if (bytes is null)
        {
            checks.Skip(Code, DetailCodes.NoWireBytes);
        }
        else if (request is null)
        {
            checks.Fail(Code, DetailCodes.ChatUnreadable);
        }
        else if (Difference(bundle, request, out bool isHidden) is { } difference)
        {
            checks.Fail(Code, difference);
        }
        else if (isHidden || Compared.Any(field => bundle.Claims.State(field) == LeafState.Redacted))
        {
            checks.Skip(Code, DetailCodes.Redacted);
        }
        else if (bundle.Claims.State(ClaimRegistry.RequestMessages) == LeafState.Absent || bundle.Claims.State(ClaimRegistry.RequestSampling) == LeafState.Absent)
        {
            checks.Skip(Code, DetailCodes.Absent);
        }
        else if (!checks.Passes(CheckCodes.RequestWire) && !checks.Fails(CheckCodes.RequestWire) && !AllOpened(bundle))
        {
            // Messages that were only counted may say anything.
            checks.Skip(Code, checks.Detail(CheckCodes.RequestWire)!);
        }
        else
        {
            checks.Pass(Code);
        }
    }

    private static string? Difference(Bundle bundle, ChatRequest request, out bool isHidden)
    {
        DisclosedClaims claims = bundle.Claims;
        isHidden = false;
        return Differs(claims, ClaimRegistry.RequestSystemPrompt, ChatDigests.SystemPrompt(request.Messages)) ? DetailCodes.ChatSystemPromptDiffers
            : AttachmentsDiffer(claims, request) ? DetailCodes.ChatAttachmentDiffers
            : MessagesDiffer(bundle, request) ? DetailCodes.ChatMessageDiffers
            : Differs(claims, ClaimRegistry.RequestTools, ChatDigests.Tools(request)) ? DetailCodes.ChatToolsDiffer
            : claims.State(ClaimRegistry.RequestResponseFormat) != LeafState.Redacted && claims.Text(ClaimRegistry.RequestResponseFormat) != request.RawResponseFormat ? DetailCodes.ChatFormatDiffers
            : Applied(claims, request, out isHidden);
    }

    private static bool Differs(DisclosedClaims claims, ClaimField field, Digest32? found) => claims.State(field) != LeafState.Redacted && claims.Digest(field) != found;

    // Each message whose sealed form is attached; of the others that they are there.
    private static bool MessagesDiffer(Bundle bundle, ChatRequest request)
    {
        if (bundle.Claims.Digests(ClaimRegistry.RequestMessages) is not { } digests)
        {
            return false;
        }

        return digests.Count != request.Messages.Count
            || digests.Where((digest, place) => bundle.FindAttachment(digest) is { } attached && !IsOf(attached.Content, request.Messages[place])).Any();
    }

    private static bool AllOpened(Bundle bundle) => bundle.Claims.Digests(ClaimRegistry.RequestMessages)!.All(digest => bundle.FindAttachment(digest) is not null);

    private static bool IsOf(ReadOnlyMemory<byte> content, ChatMessage message) =>
        SealedMessage.TryDecode(content) is { } opened && opened.Role == message.Role && opened.Raw.Span.SequenceEqual(message.Raw.Span);

    private static bool AttachmentsDiffer(DisclosedClaims claims, ChatRequest request) =>
        claims.State(ClaimRegistry.RequestAttachments) != LeafState.Redacted
        && !(claims.Digests(ClaimRegistry.RequestAttachments) ?? []).SequenceEqual(ChatDigests.Attachments(request) ?? []);

    // Every parameter that was asked for is applied as it was, or a mutation says what became of it.
    private static string? Applied(DisclosedClaims claims, ChatRequest request, out bool isHidden)
    {
        isHidden = false;
        IReadOnlyList<string> mutations = claims.Texts(ClaimRegistry.RequestMutations) ?? [];
        bool mayBeMutated = claims.State(ClaimRegistry.RequestMutations) == LeafState.Redacted;
        if (claims.Text(ClaimRegistry.RequestSampling) is { } text)
        {
            if (AppliedParameters.TryRead(request.Kind, text) is not { } applied)
            {
                return DetailCodes.ChatParameterDiffers;
            }

            IReadOnlyList<string> unsaid =
                [.. AppliedParameters.Differences(request.Kind, request.Parameters, applied).Where(name => !IsSaid(mutations, name, AppliedParameters.Raw(request.Kind, applied, name)))];
            isHidden = unsaid.Count > 0 && mayBeMutated;
            if (unsaid.Count > 0 && !mayBeMutated)
            {
                return DetailCodes.ChatParameterDiffers;
            }
        }

        if (request.Parameters.Seed is not { } asked)
        {
            return null;
        }

        ulong? seed = claims.UInt(ClaimRegistry.RequestSeed);
        bool isSame = seed == asked || IsSaid(mutations, "seed", seed?.ToString(CultureInfo.InvariantCulture));
        bool isUnknown = !isSame && (claims.State(ClaimRegistry.RequestSeed) == LeafState.Redacted || mayBeMutated);
        isHidden |= isUnknown;
        return isSame || isUnknown ? null : DetailCodes.ChatSeedDiffers;
    }

    // Parameters may be changed and not dropped: what may be dropped has no effect on an answer.
    private static bool IsSaid(IReadOnlyList<string> mutations, string name, string? raw) =>
        raw is not null && (mutations.Contains($"changed {name} {raw}") || (name == "max_tokens" && IsSaid(mutations, "max_completion_tokens", raw)));
}
