using System.Globalization;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>Reads an upstream's stream event by event. The ends of choices are kept until the stream has come to its own, so that none that was cut looks whole.</summary>
internal sealed class UpstreamAnswer
{
    private readonly ChatPlan _plan;
    private readonly string _asked;
    private readonly UpstreamChoice[] _choices;
    private string? _id;
    private JsonElement? _usage;

    internal UpstreamAnswer(ChatPlan plan, string asked)
    {
        (_plan, _asked) = (plan, asked);
        int choices = (plan.Request.Kind == ChatKind.Completion ? plan.Request.Messages.Count : 1) * (plan.Applied.N ?? 1);
        _choices = [.. Enumerable.Range(0, choices).Select(index => new UpstreamChoice(plan, index, Withheld))];
    }

    internal WithheldMembers Withheld { get; } = new();

    /// <summary>As it calls what answered; null: it hasn't said yet.</summary>
    internal string? Model { get; private set; }

    internal string? Fingerprint { get; private set; }

    internal ChatUsage? Usage { get; private set; }

    /// <summary>Reads an event.</summary>
    /// <exception cref="ChatBackendException">It can't follow those before.</exception>
    internal void Add(ReadOnlySpan<byte> data, List<ChatEvent> into)
    {
        if (StrictJson.TryParse(data, ChatLimits.EventBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            throw Broken.Because("an event isn't a JSON object in UTF-8 without a member twice");
        }

        if (Broken.Any(root, "error") is not null)
        {
            throw Broken.Because("it broke off with an error");
        }

        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("id" or "model" or "choices" or "usage" or "system_fingerprint"))
            {
                Withheld.Note(member);
            }
        }

        Head(root);
        JsonElement list = Broken.Of(root, "choices", JsonValueKind.Array) ?? default;
        if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in list.EnumerateArray())
            {
                if (Model is null)
                {
                    throw Broken.Because("it doesn't say which model answers");
                }

                _choices[Broken.Index(Broken.RequireObject(item, "a choice"), _choices.Length, "a choice")].Add(item, into);
            }
        }
        else if (Broken.Any(root, "usage") is null)
        {
            throw Broken.Because("an event has no 'choices'");
        }

        // Some count on the way: the last word counts.
        _usage = Broken.Any(root, "usage") ?? _usage;
    }

    /// <summary>Reads a whole answer with vectors.</summary>
    /// <exception cref="ChatBackendException">It can't be the answer to what was asked.</exception>
    internal void AddEmbeddings(ReadOnlyMemory<byte> body, List<ChatEvent> into)
    {
        ChatAnswer answer = EmbeddingAnswer.Read(_plan, body, Withheld);
        Take(answer.Model);
        Usage = answer.Usage;
        into.AddRange(answer.Embeddings.Select(static (vector, index) => new ChatEvent { Choice = index, Embedding = vector, FinishReason = "stop" }));
    }

    /// <summary>The stream has come to its end.</summary>
    /// <exception cref="ChatBackendException">The answer hasn't.</exception>
    internal void End(List<ChatEvent> into)
    {
        for (int i = 0; i < _choices.Length; i++)
        {
            into.Add(new ChatEvent { Choice = i, FinishReason = _choices[i].FinishReason ?? throw Broken.Because("a choice has no end") });
        }

        Usage = _usage is { } usage ? Believed(usage) : null;
    }

    private void Head(JsonElement root)
    {
        string? id = Broken.Piece(root, "id"), model = Broken.Piece(root, "model"), fingerprint = Broken.Piece(root, "system_fingerprint");
        if (id is not null && (_id ??= id) != id)
        {
            throw Broken.Because("it is another answer all of a sudden");
        }

        if (model is not null)
        {
            Take(model);
        }

        if (fingerprint is not null && UpstreamWords.Clean(fingerprint) is { } clean && (Fingerprint ??= clean) != clean)
        {
            Withheld.Note("system_fingerprint");
        }
    }

    private void Take(string model)
    {
        if (Model is null && !UpstreamModel.Fits(_asked, model))
        {
            throw new ChatBackendException(UpstreamCodes.ModelDiffers, "The server behind this model answers with another one than it was asked for.") { IsFinal = true };
        }

        if ((Model ??= model) != model)
        {
            throw new ChatBackendException(UpstreamCodes.ModelChanged, "The server behind this model changed the model within an answer.");
        }
    }

    // What can't be true isn't handed on.
    private ChatUsage? Believed(JsonElement usage)
    {
        long? prompt = Tokens(usage, "prompt_tokens"), completion = Tokens(usage, "completion_tokens"), total = Tokens(usage, "total_tokens");
        long least = _plan.Applied.Echo == true ? 0 : _choices.Sum(static choice => choice.Tokens);
        if (prompt is null || completion is null || completion < least || completion > (long?)_plan.Applied.MaxTokens * _choices.Length)
        {
            Withheld.Note("usage");
            return null;
        }

        if (total != prompt + completion)
        {
            Withheld.Note("total_tokens");
        }

        Withheld.NoteOfUsage(usage);

        return new ChatUsage(prompt.Value, completion.Value);
    }

    private static long? Tokens(JsonElement usage, string name) =>
        usage.ValueKind == JsonValueKind.Object && Broken.Any(usage, name) is { ValueKind: JsonValueKind.Number } value
        && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
}
