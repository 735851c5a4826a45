namespace Assay.Prover.Lookups;

/// <summary>How the place that is read depends on one axis of a box.</summary>
/// <param name="Offsets">For each position what it adds to the place, or -1 where zero is read; null if nothing depends on it.</param>
/// <param name="Weights">For each position a factor below p in magnitude; null for ones.</param>
internal sealed record LeafAxis(int[]? Offsets, int[]? Weights)
{
    /// <summary>Whatever the position is.</summary>
    public static LeafAxis None { get; } = new(null, null);

    /// <summary>Whether position i reads i * step more than position 0, and position 0 adds nothing.</summary>
    public bool IsLinear(long step)
    {
        if (Offsets is null || Weights is not null)
        {
            return false;
        }

        for (int i = 0; i < Offsets.Length; i++)
        {
            if (Offsets[i] != i * step)
            {
                return false;
            }
        }

        return true;
    }
}
