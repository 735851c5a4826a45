using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>An inner product at every position of a box equals the sum of views and constants there (relation R2).</summary>
/// <param name="Box">The box.</param>
/// <param name="Views">What the inner product equals: committed part.</param>
/// <param name="Constants">What it equals: public part.</param>
public abstract record Instance(ImmutableArray<BoxAxis> Box, ImmutableArray<View> Views, ImmutableArray<ConstantTerm> Constants)
{
    /// <summary>Bits of the index k that is summed over.</summary>
    public abstract int IndexBits { get; }
}
