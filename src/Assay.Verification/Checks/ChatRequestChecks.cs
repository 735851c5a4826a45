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
        ClaimRegistry.RequestResponseFormat, ClaimRegistry.RequestSampling, ClaimRegistry.LineageRelation, ClaimRegistry.LineageReceipts,
    ];

    public static void Run(Bundle bundle, ReadOnlyMemory<byte>? bytes, ChatRequest? request, CheckTable checks)
    {
        const string Code = CheckCodes.RequestInputs;
        if (bytes is null && IsNoLineage(bundle.Claims))
        {
            checks.Fail(Code, DetailCodes.ChatLineageDiffers);
        }
        else if (bytes is null)
        {
            checks.Skip(Code, DetailCodes.NoWireBytes);
        }
        else if (request is null)
        {
            checks.Fail(Code, DetailCodes.ChatUnreadable);
        }
        else if (Difference(bundle, request, out bool isHidden) is { } difference)
        {
            checks.Fail(Code, difference.Detail, difference.Subject);
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

    private static ChatDifference? Difference(Bundle bundle, ChatRequest request, out bool isHidden)
    {
        DisclosedClaims claims = bundle.Claims;
        isHidden = false;
        return Differs(claims, ClaimRegistry.RequestSystemPrompt, ChatDigests.SystemPrompt(request.Messages)) ? new(DetailCodes.ChatSystemPromptDiffers)
            : AttachmentsDiffer(claims, request) ? new(DetailCodes.ChatAttachmentDiffers)
            : Messages(bundle, request) is { } message ? message
            : Differs(claims, ClaimRegistry.RequestTools, ChatDigests.Tools(request)) ? new(DetailCodes.ChatToolsDiffer)
            : claims.State(ClaimRegistry.RequestResponseFormat) != LeafState.Redacted && claims.Text(ClaimRegistry.RequestResponseFormat) != request.RawResponseFormat ? new(DetailCodes.ChatFormatDiffers)
            : Applied(claims, request, out isHidden) is { } parameter ? parameter
            : IsNoLineage(claims) || LineageDiffers(claims, request) ? new(DetailCodes.ChatLineageDiffers)
            : null;
    }

    private static bool Differs(DisclosedClaims claims, ClaimField field, Digest32? found) => claims.State(field) != LeafState.Redacted && claims.Digest(field) != found;

    // Each message whose sealed form is attached; of the others that they are there.
    private static ChatDifference? Messages(Bundle bundle, ChatRequest request)
    {
        if (bundle.Claims.Digests(ClaimRegistry.RequestMessages) is not { } digests)
        {
            return null;
        }

        if (digests.Count != request.Messages.Count)
        {
            return new(DetailCodes.ChatMessageDiffers);
        }

        int differing = Enumerable.Range(0, digests.Count).FirstOrDefault(place => bundle.FindAttachment(digests[place]) is { } attached && !IsOf(attached.Content, request.Messages[place]), -1);
        return differing < 0 ? null : new(DetailCodes.ChatMessageDiffers, string.Create(CultureInfo.InvariantCulture, $"messages.{differing}"));
    }

    private static bool AllOpened(Bundle bundle) => bundle.Claims.Digests(ClaimRegistry.RequestMessages)!.All(digest => bundle.FindAttachment(digest) is not null);

    private static bool IsOf(ReadOnlyMemory<byte> content, ChatMessage message) =>
        SealedMessage.TryDecode(content) is { } opened && opened.Role == message.Role && opened.Raw.Span.SequenceEqual(message.Raw.Span);

    private static bool AttachmentsDiffer(DisclosedClaims claims, ChatRequest request) =>
        claims.State(ClaimRegistry.RequestAttachments) != LeafState.Redacted
        && !(claims.Digests(ClaimRegistry.RequestAttachments) ?? []).SequenceEqual(ChatDigests.Attachments(request) ?? []);

    // Every parameter that was asked for is applied as it was, and no other has an effect, or a mutation says so.
    private static ChatDifference? Applied(DisclosedClaims claims, ChatRequest request, out bool isHidden)
    {
        isHidden = false;
        IReadOnlyList<string> mutations = claims.Texts(ClaimRegistry.RequestMutations) ?? [];
        bool mayBeMutated = claims.State(ClaimRegistry.RequestMutations) == LeafState.Redacted;
        if (claims.Text(ClaimRegistry.RequestSampling) is { } text)
        {
            if (AppliedParameters.TryRead(request.Kind, text) is not { } applied)
            {
                return new(DetailCodes.ChatParameterDiffers);
            }

            string? unsaid = Unsaid(request, applied, mutations);
            isHidden = unsaid is not null && mayBeMutated;
            if (unsaid is not null && !mayBeMutated)
            {
                return new(DetailCodes.ChatParameterDiffers, "parameter " + unsaid);
            }
        }

        bool isShown = claims.State(ClaimRegistry.RequestSeed) != LeafState.Redacted;
        string? seed = claims.UInt(ClaimRegistry.RequestSeed)?.ToString(CultureInfo.InvariantCulture);
        bool isSame = request.Parameters.Seed is { } asked
            ? seed == asked.ToString(CultureInfo.InvariantCulture) || IsChanged(mutations, "seed", seed)
            : isShown && (seed is null || IsDefaulted(mutations, "seed", seed));
        bool isUnknown = !isSame && (!isShown || mayBeMutated);
        isHidden |= isUnknown;
        return isSame || isUnknown ? null : new(DetailCodes.ChatSeedDiffers);
    }

    // The first parameter that was applied otherwise than it was asked for, or that nobody asked for, without a mutation that says so.
    private static string? Unsaid(ChatRequest request, ChatParameters applied, IReadOnlyList<string> mutations)
    {
        string? Raw(string name) => AppliedParameters.Raw(request.Kind, applied, name);
        return AppliedParameters.Differences(request.Kind, request.Parameters, applied).FirstOrDefault(name => !IsChanged(mutations, name, Raw(name)))
            ?? AppliedParameters.Unasked(request.Kind, request.Parameters, applied).FirstOrDefault(name => !IsDefaulted(mutations, name, Raw(name)!));
    }

    // Parameters may be changed and not dropped: what may be dropped has no effect on an answer.
    private static bool IsChanged(IReadOnlyList<string> mutations, string name, string? raw) =>
        raw is not null && (mutations.Contains($"changed {name} {raw}") || (name == "max_tokens" && IsChanged(mutations, "max_completion_tokens", raw)));

    private static bool IsDefaulted(IReadOnlyList<string> mutations, string name, string raw) => mutations.Contains($"defaulted {name} {raw}");

    // What no lineage says, whatever was asked: another form, or a turn that continues none, or several, or isn't said to continue the one that is named.
    private static bool IsNoLineage(DisclosedClaims claims)
    {
        bool isShown = claims.State(ClaimRegistry.LineageRelation) != LeafState.Redacted;
        ChatLineage? lineage = isShown ? ChatLineage.TryRead(claims.Text(ClaimRegistry.LineageRelation)) : null;
        int? receipts = claims.State(ClaimRegistry.LineageReceipts) == LeafState.Redacted ? null : claims.Digests(ClaimRegistry.LineageReceipts)?.Count ?? 0;
        return (isShown && lineage is null) || (lineage is not null && receipts is { } count && count != (lineage.IsContinuing ? 1 : 0));
    }

    // An application that only a header named is in no body.
    private static bool LineageDiffers(DisclosedClaims claims, ChatRequest request)
    {
        bool isShown = claims.State(ClaimRegistry.LineageRelation) != LeafState.Redacted;
        ChatLineage? lineage = isShown ? ChatLineage.TryRead(claims.Text(ClaimRegistry.LineageRelation)) : null;
        IReadOnlyList<Digest32> asked = request.Continues is { } text && Digest32.TryParseHex(text, out Digest32 before) ? [before] : [];
        return (lineage is not null && (lineage.IsContinuing != asked.Count > 0 || (request.Application is { } name && lineage.Application != name)))
            || (claims.State(ClaimRegistry.LineageReceipts) != LeafState.Redacted && !(claims.Digests(ClaimRegistry.LineageReceipts) ?? []).SequenceEqual(asked));
    }
}
