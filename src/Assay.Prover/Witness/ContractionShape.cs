using System.Collections.Immutable;
using Assay.Proofs.Circuits;

namespace Assay.Prover.Witness;

/// <summary>A contraction as nested loops: lead, then groups of channels, then rows, columns and the rest (batch, or all that lies
/// behind the channels where there is no window).</summary>
/// <param name="Lead">Slices in front of the channels.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Inputs">Input channels of a group.</param>
/// <param name="Outputs">Output channels of a group.</param>
/// <param name="Height">Rows of the operand; 1 without a window.</param>
/// <param name="Width">Columns of the operand.</param>
/// <param name="Rest">Elements of a place.</param>
/// <param name="OutputHeight">Rows of the result.</param>
/// <param name="OutputWidth">Columns of the result.</param>
/// <param name="Y">The window over rows.</param>
/// <param name="X">The window over columns.</param>
internal sealed record ContractionShape(
    int Lead, int Groups, int Inputs, int Outputs, int Height, int Width, int Rest, int OutputHeight, int OutputWidth, Window Y, Window X)
{
    /// <summary>Products of one result, K: k = (input channel, dy, dx).</summary>
    public int Products => Inputs * Y.Taps * X.Taps;

    /// <summary>Elements of one output channel.</summary>
    public int Positions => OutputHeight * OutputWidth * Rest;

    /// <summary>Elements of the operand's column.</summary>
    public long Elements => (long)Lead * Groups * Inputs * Height * Width * Rest;

    public static ContractionShape Of(Contraction c, ImmutableArray<int> dims)
    {
        if (c.Y.Dim >= 0 || c.X.Dim >= 0)
        {
            return new(1, c.Groups, c.ChannelsPerGroup, c.RowsPerGroup, dims[1], dims[2], dims[3], c.Box[1].Length, c.Box[2].Length, c.Y, c.X);
        }

        (int lead, int rest) = (1, 1);
        for (int d = 0; d < dims.Length && !c.Flat; d++)
        {
            lead *= d < c.ChannelDim ? dims[d] : 1;
            rest *= d > c.ChannelDim ? dims[d] : 1;
        }

        rest = c.Flat ? dims[^1] : rest;
        Window none = Window.None;
        return new(lead, c.Groups, c.ChannelsPerGroup, c.RowsPerGroup, 1, rest, 1, 1, rest, none, none);
    }
}
