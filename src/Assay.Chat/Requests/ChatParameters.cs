using System.Text.Json;

namespace Assay.Chat;

/// <summary>The parameters of a request, each null where it isn't given (or given as null). Ranges are OpenAI's.</summary>
public sealed record ChatParameters
{
    /// <summary>-2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Token id to bias, -100 to 100.</summary>
    public IReadOnlyDictionary<int, double>? LogitBias { get; init; }

    /// <summary>Of a chat whether logprobs are wanted; of a completion that its number (<see cref="TopLogprobs"/>) was given.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>0 to 20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Most tokens of an answer, at least 1: <c>max_completion_tokens</c> or <c>max_tokens</c>, which must agree.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 to 1; not OpenAI's.</summary>
    public double? MinP { get; init; }

    /// <summary>Choices, 1 to 128.</summary>
    public int? N { get; init; }

    /// <summary>Whether several tools may be called at once.</summary>
    public bool? ParallelToolCalls { get; init; }

    /// <summary>As it is named by whoever defines it.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>Where an answer ends: up to four texts, none empty.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or the name of a function after <c>function:</c>.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>0 or more; not OpenAI's.</summary>
    public int? TopK { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>Any whole number of 64 bits; negative ones count as their two's complement.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Of an embedding.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Of an embedding: <c>float</c> or <c>base64</c>.</summary>
    public string? EncodingFormat { get; init; }

    /// <summary>Of a completion: whether the prompt is part of the answer.</summary>
    public bool? Echo { get; init; }

    /// <summary>What kind of text: null: any; else the object's member <c>type</c> is <c>text</c>, <c>json_object</c> or <c>json_schema</c>.</summary>
    public JsonElement? ResponseFormat { get; init; }
}
