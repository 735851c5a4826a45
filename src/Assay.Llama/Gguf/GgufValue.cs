namespace Assay.Llama;

/// <summary>A value of a GGUF file's metadata.</summary>
/// <param name="Raw">Its bytes as they stand in the file, from its type (4 bytes) to its end.</param>
internal sealed record GgufValue(ReadOnlyMemory<byte> Raw)
{
    /// <summary>Of a text.</summary>
    public string? Text { get; init; }

    /// <summary>Of a whole number that isn't negative, or a flag.</summary>
    public ulong? Whole { get; init; }
}
