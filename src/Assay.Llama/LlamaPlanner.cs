using System.Globalization;
using System.Security.Cryptography;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>Says how a request will be applied (spec/chat.md, "Parameters as applied" and "Mutations").</summary>
internal sealed class LlamaPlanner(LlamaModel model, PromptTokens prompts, int contextTokens)
{
    internal ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        ChatParameters asked = request.Parameters;
        AnswerForm? form = null;
        IReadOnlyList<string> unshown = [];
        fault = Unsupported(request);
        if (fault is null)
        {
            unshown = UnshownMembers.Of(request, out fault);
        }

        if (fault is null)
        {
            form = AnswerForm.Of(request, out fault);
        }

        if (fault is not null)
        {
            return null;
        }

        int[][]? tokens = prompts.Of(request, form?.Injected, contextTokens - 1);
        if (tokens is null || tokens.Any(prompt => prompt.Length == 0))
        {
            fault = tokens is null
                ? new ChatFault(ChatCodes.TooLong, $"The request has more tokens than this model reads: {contextTokens:N0}, with at least one for the answer.", Member(request.Kind))
                : new ChatFault(ChatCodes.BadMember, "A prompt is empty, and this model has no token that begins a text.", Member(request.Kind));
            return null;
        }

        List<string> mutations = [.. request.Ineffective.Select(static name => "dropped " + name).Concat(unshown).Order(StringComparer.Ordinal)];
        if (request.Kind == ChatKind.Embedding)
        {
            return Planned(asked with { EncodingFormat = asked.EncodingFormat ?? "float", Dimensions = model.EmbeddingLength });
        }

        int left = contextTokens - tokens.Max(static prompt => prompt.Length);
        if (asked.MaxTokens > left)
        {
            fault = new ChatFault(ChatCodes.TooLong, $"The request and its answer have more tokens than this model reads: {left:N0} are left for the answer, of {contextTokens:N0}.", "max_tokens");
            return null;
        }

        ulong seed = asked.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        List<string> defaulted = [];
        Default("max_tokens", asked.MaxTokens is null, left.ToString(CultureInfo.InvariantCulture));
        Default("seed", asked.Seed is null, seed.ToString(CultureInfo.InvariantCulture));

        // Models that weren't trained to call functions don't decide to: left to them the answer is a text, and they aren't told of any.
        bool hasTools = request.Tools.Count > 0, calls = form?.IsCall == true;
        string? choice = !hasTools ? asked.ToolChoice : calls ? asked.ToolChoice : "none";
        if (asked.ToolChoice == "auto")
        {
            mutations.Add("changed tool_choice \"none\"");
        }

        if (calls && asked.ParallelToolCalls == true)
        {
            mutations.Add("changed parallel_tool_calls false");
        }

        Default("parallel_tool_calls", calls && asked.ParallelToolCalls is null, "false");
        Default("tool_choice", hasTools && asked.ToolChoice is null, "\"none\"");
        mutations.AddRange(defaulted.Order(StringComparer.Ordinal));
        if (form?.Injected is { } injected)
        {
            mutations.Add("injected system " + Assay.Primitives.Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(injected)));
        }

        bool isChat = request.Kind == ChatKind.Chat;
        return Planned(asked with
        {
            FrequencyPenalty = asked.FrequencyPenalty ?? 0,
            PresencePenalty = asked.PresencePenalty ?? 0,
            Logprobs = asked.Logprobs ?? false,
            TopLogprobs = asked.Logprobs == true ? asked.TopLogprobs ?? 0 : null,
            MaxTokens = asked.MaxTokens ?? left,
            MinP = asked.MinP ?? 0,
            N = asked.N ?? 1,
            ParallelToolCalls = calls ? false : asked.ParallelToolCalls,
            ToolChoice = choice,
            Temperature = asked.Temperature ?? 1,
            TopK = asked.TopK ?? 0,
            TopP = asked.TopP ?? 1,
            Seed = seed,
            Echo = isChat ? null : asked.Echo ?? false,
        });

        void Default(string name, bool isChosen, string raw)
        {
            if (isChosen)
            {
                defaulted.Add($"defaulted {name} {raw}");
            }
        }

        ChatPlan Planned(ChatParameters applied) => new() { Request = request, Applied = applied, Mutations = mutations };
    }

    private static string Member(ChatKind kind) => kind switch { ChatKind.Chat => "messages", ChatKind.Completion => "prompt", _ => "input" };

    private ChatFault? Unsupported(ChatRequest request)
    {
        ChatParameters asked = request.Parameters;
        if (request.Attachments.Count > 0)
        {
            return new ChatFault(ChatCodes.Unsupported, "This model reads text only: no image, audio or file.", "messages");
        }

        if (asked.ReasoningEffort is not null)
        {
            return new ChatFault(ChatCodes.Unsupported, "'reasoning_effort' means nothing to this model.", "reasoning_effort");
        }

        if (asked.Dimensions is { } dimensions && dimensions != model.EmbeddingLength)
        {
            return new ChatFault(ChatCodes.Unsupported, $"This model's vectors have {model.EmbeddingLength} numbers: leave 'dimensions' out.", "dimensions");
        }

        if (asked.LogitBias?.Keys.Any(token => token >= model.Pieces.Length) == true)
        {
            return new ChatFault(ChatCodes.BadMember, $"'logit_bias' names a token that this model doesn't have: they are 0 to {model.Pieces.Length - 1}.", "logit_bias");
        }

        return asked.Echo == true && asked.Logprobs == true
            ? new ChatFault(ChatCodes.Unsupported, "'echo' together with 'logprobs' isn't supported: logprobs are of the answer only.", "echo")
            : null;
    }
}
