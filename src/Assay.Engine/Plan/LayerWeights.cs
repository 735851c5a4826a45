using System.Collections.Immutable;

namespace Assay.Engine.Plan;

/// <summary>What a linear layer and a convolution have in common.</summary>
/// <param name="Weights">Row-major, output channels first; all fit int16 (the format has no wider ones).</param>
/// <param name="Bias">One per output channel.</param>
/// <param name="Shifts">One per output channel.</param>
internal sealed record LayerWeights(int[] Weights, int[] Bias, ImmutableArray<byte> Shifts, bool TwoLimbs)
{
    /// <summary>Whether 32 bits are enough to join two limbs. With a shift of 8 or more,
    /// <c>(256*high + low) &gt;&gt; s = (high + (low &gt;&gt; 8)) &gt;&gt; (s - 8)</c>: the low limb's last eight bits are shifted out.</summary>
    public bool JoinsInVectors { get; } = Shifts.All(static shift => shift >= 8);
}
