using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>How a contraction's index is laid out (spec/proof-system.md, section 5.3).</summary>
/// <param name="Groups">g.</param>
/// <param name="ChannelsPerGroup">ci.</param>
/// <param name="RowsPerGroup">Rows of the matrix.</param>
/// <param name="Y">Window of dy.</param>
/// <param name="X">Window of dx.</param>
internal sealed record ContractionGeometry(int Groups, int ChannelsPerGroup, int RowsPerGroup, Window Y, Window X)
{
    private int LowBits => Bits.Ceiling(X.Taps) + Bits.Ceiling(ChannelsPerGroup);

    /// <summary>Bits of dy: so many that two combinations (dy | dx | ci) are unused.</summary>
    public int YBits
    {
        get
        {
            int bits = Bits.Ceiling(Y.Taps);
            while ((1L << (bits + LowBits)) - ((long)Y.Taps * X.Taps * ChannelsPerGroup) < 2)
            {
                bits++;
            }

            return bits;
        }
    }

    /// <summary>Bits of k, which may be too many.</summary>
    public int IndexBits => YBits + LowBits + Bits.Ceiling(Groups);

    /// <summary>The two smallest unused combinations.</summary>
    public ImmutableArray<int> BiasSlots()
    {
        int channelBits = Bits.Ceiling(ChannelsPerGroup);
        int xBits = Bits.Ceiling(X.Taps);
        ImmutableArray<int>.Builder slots = ImmutableArray.CreateBuilder<int>(2);
        for (int i = 0; slots.Count < 2; i++)
        {
            bool isUsed = (i & ((1 << channelBits) - 1)) < ChannelsPerGroup
                && ((i >> channelBits) & ((1 << xBits) - 1)) < X.Taps
                && i >> (channelBits + xBits) < Y.Taps;
            if (!isUsed)
            {
                slots.Add(i);
            }
        }

        return slots.MoveToImmutable();
    }
}
