using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A weight matrix applied to a column: linear layers, convolutions, per-channel scales (spec, section 5.3).</summary>
/// <remarks>k = (dy | dx | ci | g), g in the lowest bits, each part padded to its own power of two. The matrix has J = channels
/// per group rows.</remarks>
/// <param name="Box">The box.</param>
/// <param name="Views">What the inner product equals: committed part.</param>
/// <param name="Constants">What it equals: public part.</param>
/// <param name="Column">The operand's column.</param>
/// <param name="ChannelDim">Its dimension of <c>Groups * ChannelsPerGroup</c> channels; 0 if flat.</param>
/// <param name="Flat">Whether all dimensions but the batch are channels, row-major.</param>
/// <param name="Groups">g.</param>
/// <param name="ChannelsPerGroup">ci.</param>
/// <param name="RowsPerGroup">Output channels of a group: rows of the matrix.</param>
/// <param name="Y">Window of dy.</param>
/// <param name="X">Window of dx.</param>
/// <param name="YBits">Bits of dy, which leave room for the bias slots.</param>
/// <param name="BiasSlots">The two combinations (dy | dx | ci), without g, that hold the bias; in a High matrix they stay zero and read
/// zero.</param>
/// <param name="Matrix">The weight matrix.</param>
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
