namespace Assay.Client;

/// <summary>A line of a stream while it comes. Nothing about it is checked.</summary>
/// <param name="Raw">Its bytes, with its line end.</param>
/// <param name="Data">What stands after <c>data:</c>; null: it is another line.</param>
/// <param name="IsComment">Whether it is a comment, which clients skip.</param>
public readonly record struct ChatStreamLine(ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte>? Data, bool IsComment)
{
    /// <summary>Whether it is the event that ends a whole answer.</summary>
    public bool IsDone => Data is { } data && data.Span.SequenceEqual("[DONE]"u8);
}
