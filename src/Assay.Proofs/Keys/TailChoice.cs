using System.Collections.Immutable;

namespace Assay.Proofs.Keys;

/// <summary>How an operation's requantisation is proved (spec/proof-system.md, sections 3 and 5.2).</summary>
public abstract record TailChoice
{
    private TailChoice()
    {
    }

    /// <summary>The operation has no requantisation.</summary>
    public sealed record None : TailChoice;

    /// <summary>Nothing is ever clamped.</summary>
    public sealed record Plain : TailChoice;

    /// <summary>One table of all values before the clamp.</summary>
    /// <param name="Before">How many lie below the result's range: one, or one per channel.</param>
    /// <param name="After">How many lie above.</param>
    public sealed record Direct(ImmutableArray<int> Before, ImmutableArray<int> After) : TailChoice;

    /// <summary>High part and low part apart.</summary>
    /// <param name="LowBits">c.</param>
    /// <param name="Lowest">Lowest high part: one, or one per channel.</param>
    /// <param name="Highest">Highest high part.</param>
    public sealed record Split(int LowBits, ImmutableArray<int> Lowest, ImmutableArray<int> Highest) : TailChoice;
}
