using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Whether a chat's answer is what its claims and output parts say (spec/chat.md, "What a verifier checks").</summary>
internal static class ChatResponseChecks
{
    private static readonly ClaimField[] Compared =
        [ClaimRegistry.OutputToolCalls, ClaimRegistry.OutputFinishReason, ClaimRegistry.OutputLogprobs, ClaimRegistry.OutputUsage, ClaimRegistry.ModelName];

    public static void Run(Bundle bundle, ChatKind kind, ReadOnlyMemory<byte>? bytes, CheckTable checks)
    {
        const string Code = CheckCodes.ResponseOutputs;
        if (bytes is not { } content)
        {
            checks.Skip(Code, DetailCodes.NoWireBytes);
            return;
        }

        ChatAnswer? answer = ChatAnswerReader.TryReadAny(kind, content, out bool isCut, out _);
        bool isFinal = bundle.Envelope.Statement.Phase == ReceiptPhase.Final;
        string? failure = answer is null ? DetailCodes.ChatUnreadable
            : isCut && isFinal ? DetailCodes.ChatStreamCut
            : Difference(bundle, kind, answer, isFinal);
        if (failure is null && (bundle.Output.RedactedCount > 0 || Compared.Any(field => bundle.Claims.State(field) == LeafState.Redacted)))
        {
            checks.Skip(Code, DetailCodes.Redacted);
        }
        else if (failure is null && !checks.Passes(CheckCodes.ResponseWire) && !checks.Fails(CheckCodes.ResponseWire))
        {
            // An answer has members that no leaf has.
            checks.Skip(Code, checks.Detail(CheckCodes.ResponseWire)!);
        }
        else
        {
            checks.Set(Code, failure);
        }
    }

    private static string? Difference(Bundle bundle, ChatKind kind, ChatAnswer answer, bool isFinal)
    {
        DisclosedClaims claims = bundle.Claims;
        bool IsShown(ClaimField field) => claims.State(field) != LeafState.Redacted;

        // Of an answer that was broken off, what was never begun is in no event.
        bool isEmpty = !isFinal && answer.Model.Length == 0;
        return PartsDiffer(bundle.Output, answer.Parts())
            ?? (IsShown(ClaimRegistry.OutputToolCalls) && claims.Digest(ClaimRegistry.OutputToolCalls) != ChatDigests.ToolCalls(answer) ? DetailCodes.ChatToolCallsDiffer
            : IsShown(ClaimRegistry.OutputFinishReason) && !Reasons(claims, isFinal).SequenceEqual(Trimmed(answer.Choices.Select(static choice => choice.FinishReason), isFinal)) ? DetailCodes.ChatFinishDiffers
            : IsShown(ClaimRegistry.OutputLogprobs) && claims.Digest(ClaimRegistry.OutputLogprobs) != ChatDigests.Logprobs(answer) ? DetailCodes.ChatLogprobsDiffer
            : IsShown(ClaimRegistry.OutputUsage) && answer.Usage is { } usage && claims.Text(ClaimRegistry.OutputUsage) != usage.Text ? DetailCodes.ChatUsageDiffers
            : IsShown(ClaimRegistry.ModelName) && !isEmpty && claims.Text(ClaimRegistry.ModelName) != answer.Model ? DetailCodes.ChatModelDiffers
            : !isEmpty && !IsIdOf(kind, answer.Id, bundle.Envelope.Statement.Id) ? DetailCodes.ChatIdDiffers
            : isFinal ? ChoicesDiffer(claims, kind, answer)
            : null);
    }

    // As many as the parameters say that were applied.
    private static string? ChoicesDiffer(DisclosedClaims claims, ChatKind kind, ChatAnswer answer)
    {
        if (claims.Text(ClaimRegistry.RequestSampling) is not { } text || AppliedParameters.TryRead(kind, text) is not { } applied)
        {
            return null;
        }

        int? messages = claims.Digests(ClaimRegistry.RequestMessages)?.Count;
        int? wanted = kind switch { ChatKind.Chat => applied.N ?? 1, ChatKind.Completion => messages * (applied.N ?? 1), _ => messages };
        return wanted is { } count && count != (kind == ChatKind.Embedding ? answer.Embeddings.Count : answer.Choices.Count) ? DetailCodes.ChatChoicesDiffer
            : applied.Dimensions is { } dimensions && answer.Embeddings.Any(vector => vector.Length != dimensions) ? DetailCodes.ChatEmbeddingDiffers
            : null;
    }

    private static string? PartsDiffer(DisclosedOutput output, IReadOnlyList<TensorValue> found)
    {
        if (output.AllParts is { } stated)
        {
            // What is there and wasn't stated first, so that something added is named and not what it displaced.
            return found.FirstOrDefault(part => !stated.Any(part.SameAs)) is { } other ? CodeOf(other)
                : stated.FirstOrDefault(part => !found.Any(part.SameAs)) is { } missing ? CodeOf(missing)
                : TensorValue.AllSame(stated, found) ? null
                : DetailCodes.ChatContentDiffers;
        }

        return output.Parts.Count != found.Count ? DetailCodes.ChatContentDiffers
            : output.Parts.Where((part, place) => part is not null && !part.SameAs(found[place])).FirstOrDefault() is { } differing ? CodeOf(differing)
            : null;
    }

    private static string CodeOf(TensorValue part) => part.Name.StartsWith("embedding/", StringComparison.Ordinal) ? DetailCodes.ChatEmbeddingDiffers
        : part.Name.EndsWith("/tool_calls", StringComparison.Ordinal) ? DetailCodes.ChatToolCallsDiffer
        : DetailCodes.ChatContentDiffers;

    private static List<string> Reasons(DisclosedClaims claims, bool isFinal) => Trimmed(claims.Texts(ClaimRegistry.OutputFinishReason) ?? [], isFinal);

    private static List<string> Trimmed(IEnumerable<string> reasons, bool isFinal)
    {
        List<string> kept = [.. reasons];
        while (!isFinal && kept.Count > 0 && kept[^1].Length == 0)
        {
            kept.RemoveAt(kept.Count - 1);
        }

        return kept;
    }

    private static bool IsIdOf(ChatKind kind, string found, ReceiptId id) =>
        found == (kind switch { ChatKind.Chat => "chatcmpl-", ChatKind.Completion => "cmpl-", _ => "embd-" }) + id;
}
