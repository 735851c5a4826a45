using System.Collections.Immutable;

namespace Assay.Engine.Plan;

/// <summary>What a linear layer and a convolution have in common.</summary>
/// <param name="Weights">Row-major, output channels first; all fit int16 (the format has no wider ones).</param>
/// <param name="Bias">One per output channel.</param>
/// <param name="Shifts">One per output channel.</param>
internal sealed record LayerWeights(int[] Weights, int[] Bias, ImmutableArray<byte> Shifts, bool TwoLimbs);
