using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A weight matrix applied to a column: linear layers, convolutions, per-channel scales (spec, section 5.3).</summary>
/// <remarks>k = (dy | dx | ci | g), g in the lowest bits, each part padded to its own power of two. The matrix has J = channels
/// per group rows.</remarks>
/// <param name="BiasSlots">σ_0 and σ_1: numbers of combinations (dy | dx | ci), so k without the bits of g. Both are given for High
/// matrices too, which leave them zero.</param>
public sealed record Contraction(
    ImmutableArray<BoxAxis> Box,
    ImmutableArray<View> Views,
    ImmutableArray<ConstantTerm> Constants,
    int Column,
    int ChannelDim,
    bool Flat,
    int Groups,
    int ChannelsPerGroup,
    int RowsPerGroup,
    Window Y,
    Window X,
    int YBits,
    ImmutableArray<int> BiasSlots,
    int Matrix) : Instance(Box, Views, Constants)
{
    /// <summary>Bits of g.</summary>
    public int GroupBits => Bits.Ceiling(Groups);

    /// <summary>Bits of ci.</summary>
    public int ChannelBits => Bits.Ceiling(ChannelsPerGroup);

    /// <summary>Bits of dx.</summary>
    public int XBits => Bits.Ceiling(X.Taps);

    /// <inheritdoc/>
    public override int IndexBits => YBits + XBits + ChannelBits + GroupBits;
}
