using Assay.Chat;

namespace Assay.Llama;

/// <summary>What the sampler takes of the parameters as applied (spec/chat.md, "Sampler").</summary>
internal readonly record struct SamplingParameters(
    double Temperature, int TopK, double TopP, double MinP, double FrequencyPenalty, double PresencePenalty, IReadOnlyDictionary<int, double>? Bias, ulong Seed)
{
    internal static SamplingParameters Of(ChatParameters applied) => new(
        applied.Temperature ?? 1, applied.TopK ?? 0, applied.TopP ?? 1, applied.MinP ?? 0, applied.FrequencyPenalty ?? 0, applied.PresencePenalty ?? 0, applied.LogitBias, applied.Seed ?? 0);
}
