namespace Assay.Engine;

/// <summary>What one call of the engine has to say about itself, besides its outputs.</summary>
/// <param name="Refused">Index of the first refused item of the batch; -1 if none was.</param>
/// <param name="Outcome">The outcome of that item; without one, its <see cref="ItemOutcome.Clamped"/> is 0.</param>
/// <param name="Clamped">Input elements clamped at the boundary, over all items that weren't refused.</param>
/// <param name="Batch">Items in the call.</param>
/// <param name="InstructionSet"><c>avx512</c>, <c>avx2</c> or <c>portable</c>: what the kernels ran on.</param>
/// <param name="Started">Time stamp (<see cref="TimeProvider.GetTimestamp"/>) of the injected clock; 0 without one.</param>
/// <param name="Finished">As <paramref name="Started"/>, when the outputs were complete.</param>
public readonly record struct EngineTranscript(
    int Refused,
    ItemOutcome Outcome,
    long Clamped,
    int Batch,
    string InstructionSet,
    long Started,
    long Finished)
{
    /// <summary>Null, or why the first refused item was refused: <c>boundary/not-finite</c> or <c>boundary/out-of-range</c>.</summary>
    public string? Error => Outcome.Error;
}
