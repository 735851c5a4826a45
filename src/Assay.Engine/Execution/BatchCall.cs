namespace Assay.Engine.Execution;

/// <summary>One call of the engine: the caller's memory, pinned for its duration, and what was found at the boundary.</summary>
internal unsafe struct BatchCall
{
    /// <summary>Tensor after tensor, each <c>[batch, item]</c>: binary32 or int16.</summary>
    public void* Inputs;
    public void* Outputs;
    public bool Integers;

    public int Batch;

    /// <summary>One per item, or null.</summary>
    public ItemOutcome* Outcomes;

    /// <summary>Sees every tile's values, or null.</summary>
    public ValueObserver? Observer;

    public long Clamped;

    /// <summary>The first refused item so far; <see cref="int.MaxValue"/> for none.</summary>
    public int Refused;
    public ItemOutcome Refusal;
}
