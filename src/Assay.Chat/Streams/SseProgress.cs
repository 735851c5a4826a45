namespace Assay.Chat;

/// <summary>A progress receipt as it stood in a stream.</summary>
/// <param name="Count">Over how many events it says that it is.</param>
/// <param name="Envelope">The bytes of its envelope.</param>
public sealed record SseProgress(int Count, ReadOnlyMemory<byte> Envelope);
