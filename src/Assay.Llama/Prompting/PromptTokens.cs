using System.Text.Json;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>Requests to tokens.</summary>
internal sealed class PromptTokens(LlamaModel model, ChatTemplate template)
{
    /// <summary>
    /// The tokens of each prompt: one of a chat, as many as there are texts else. Null where one has more than <paramref name="most"/>, which is found
    /// without work where its length alone shows it.
    /// </summary>
    public int[][]? Of(ChatRequest request, string? injected, int most)
    {
        IEnumerable<IReadOnlyList<PromptPart>> prompts = request.Kind == ChatKind.Chat
            ? [template.Apply([.. Messages(request, injected)], model.BeginningText, model.EndText)]
            : request.Messages.Select(static message => (IReadOnlyList<PromptPart>)[new PromptPart(message.Text, IsMarkup: false)]);
        List<int[]> read = [];
        foreach (IReadOnlyList<PromptPart> prompt in prompts)
        {
            if (prompt.Sum(static part => (long)part.Text.Length) > (long)most * model.LongestPiece || Tokens(prompt) is not { } tokens || tokens.Length > most)
            {
                return null;
            }

            read.Add(tokens);
        }

        return [.. read];
    }

    private static IEnumerable<(string Role, string Text)> Messages(ChatRequest request, string? injected) =>
        (injected is null ? [] : new[] { ("system", injected) }).Concat(request.Messages.Select(static message => (message.Role, message.Text + Calls(message))));

    // What the model called before, as JSON: to leave it out would be to ask something else.
    private static string Calls(ChatMessage message) =>
        message.Json.TryGetProperty("tool_calls", out JsonElement calls) && calls.ValueKind == JsonValueKind.Array ? calls.GetRawText() : "";

    private int[] Tokens(IReadOnlyList<PromptPart> prompt)
    {
        List<int> tokens = [];
        foreach (PromptPart part in prompt)
        {
            tokens.AddRange(model.Tokenize(part.Text, part.IsMarkup));
        }

        if (model.Beginning >= 0 && (model.AddsBeginning || tokens.Count == 0) && (tokens.Count == 0 || tokens[0] != model.Beginning))
        {
            tokens.Insert(0, model.Beginning);
        }

        return [.. tokens];
    }
}
