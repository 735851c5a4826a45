namespace Assay.Log;

/// <summary>A place in a <see cref="LogBatch"/>: what a receipt must know about itself before it is signed.</summary>
/// <param name="Position">Its place in the batch, from 0.</param>
/// <param name="LogIndex">The number that its log entry will have.</param>
/// <param name="Counter">Its number under its API key.</param>
public readonly record struct LogSlot(int Position, ulong LogIndex, ulong Counter);
