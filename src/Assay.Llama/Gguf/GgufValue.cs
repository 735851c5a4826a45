namespace Assay.Llama;

/// <summary>A value of a GGUF file's metadata.</summary>
/// <param name="Raw">Its bytes as they stand in the file, from its type (4 bytes) to its end.</param>
internal sealed record GgufValue(ReadOnlyMemory<byte> Raw)
{
    /// <summary>Of a text.</summary>
    public string? Text { get; init; }

    /// <summary>Of a whole number that isn't negative, or a flag.</summary>
    public ulong? Whole { get; init; }

    /// <summary>Of an array: type and number of its elements, which begin at byte 16 of <see cref="Raw"/>.</summary>
    public (int Type, int Count)? Elements { get; init; }
}
