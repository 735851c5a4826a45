using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Llama;

/// <summary>What a GGUF file says of itself, before its tensors' data.</summary>
internal sealed class GgufHeader
{
    /// <summary>Metadata by key.</summary>
    public required IReadOnlyDictionary<string, GgufValue> Values { get; init; }

    /// <summary>Number of tensors.</summary>
    public required int Tensors { get; init; }

    /// <summary>The text of a key; null if it isn't there, or no text.</summary>
    public string? Text(string key) => Values.GetValueOrDefault(key)?.Text;

    /// <summary>The whole number of a key; null if it isn't there, or none.</summary>
    public ulong? Whole(string key) => Values.GetValueOrDefault(key)?.Whole;

    /// <summary>The leaf <c>model.tokenizer</c> (spec/chat.md, "Request").</summary>
    public Digest32 Tokenizer()
    {
        KeyValuePair<string, GgufValue>[] keys = [.. Values.Where(static value => value.Key.StartsWith("tokenizer.ggml.", StringComparison.Ordinal)).OrderBy(static value => value.Key, StringComparer.Ordinal)];
        CborWriter writer = new(1 << 16);
        writer.WriteArrayHeader(1 + keys.Length);
        writer.WriteText("assay/gguf-tokenizer/v1");
        foreach ((string key, GgufValue value) in keys)
        {
            writer.WriteArrayHeader(2);
            writer.WriteText(key);
            writer.WriteBytes(value.Raw.Span);
        }

        return Digest32.Sha256(writer.Written);
    }
}
