using System.Runtime.CompilerServices;
using Assay.Prover.Simd;

namespace Assay.Prover.Lookups;

/// <summary>The first two passes over the leaves: numerators are numbers of the base field until the first bit is bound, and A isn't
/// stored before.</summary>
/// <remarks>Safety: as its base; tiles of A and p_1 for the first message lie on the stack.</remarks>
internal sealed unsafe class LeafPass(ExtensionKernels kernels, uint* ones, uint* zeros, LeafArrays leaves)
    : LayerPass(kernels, ones, zeros)
{
    private bool _bound;

    /// <summary>Says that a bit is bound, and numerators are elements from now on.</summary>
    public void Bound() => _bound = true;

    /// <inheritdoc/>
    protected override void Prepare(long start, long blocks)
    {
        if (_bound)
        {
            base.Prepare(start, blocks);
            return;
        }

        // Only with a challenge: the first message needs no tables.
        long at = Words(start);
        long words = start * ExtensionKernels.BlockElements;
        long apart = Blocks * ExtensionKernels.BlockElements;
        Kernels.Fold(Q0 + at, Q0 + at, Q0 + at + Words(Blocks), R, blocks);
        Kernels.FoldBase(A + at, leaves.LowP + words, leaves.LowP + words + apart, R, blocks);
        Kernels.AddMultiple(A + at, Q0 + at, Lambda, blocks);
        FoldStored(Q1, start, blocks, Ones);

        long both = Math.Clamp(StoredBefore - Blocks - start, 0, blocks);
        long stored = Math.Clamp(Stored - start, 0, blocks);
        uint* p = leaves.HighP + words;
        Kernels.FoldBase(P1 + at, p, p + apart, R, both);
        Kernels.FoldBase(P1 + at + Words(both), p + (both * ExtensionKernels.BlockElements), Zeros, R, stored - both);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    protected override void AddTile(ExtensionSum* zero, ExtensionSum* infinity, long start, long blocks, uint* e)
    {
        if (Folds)
        {
            base.AddTile(zero, infinity, start, blocks, e);
            return;
        }

        const int Tile = TileBlocks * ExtensionKernels.BlockWords;
        uint* tiles = stackalloc uint[(4 * Tile) + 16];
        tiles = (uint*)(((nint)tiles + 63) & ~63);
        long at = Words(start);
        long apart = Words(Half);
        LayerTile tile = new()
        {
            A = tiles, AHigh = tiles + Tile,
            B = Q1 + at, BHigh = Q1 + at + apart,
            C = tiles + (2 * Tile), CHigh = tiles + (3 * Tile),
            D = Q0 + at, DHigh = Q0 + at + apart,
        };
        long words = start * ExtensionKernels.BlockElements;
        long wordsApart = Half * ExtensionKernels.BlockElements;
        Kernels.MultiplyAddBase(tile.A, tile.D, Lambda, leaves.LowP + words, blocks);
        Kernels.MultiplyAddBase(tile.AHigh, tile.DHigh, Lambda, leaves.LowP + words + wordsApart, blocks);
        Enter(tile.C, leaves.HighP + words, Math.Clamp(Stored - start, 0, blocks));
        Enter(tile.CHigh, leaves.HighP + words + wordsApart, Math.Clamp(Stored - Half - start, 0, blocks));
        AddSums(zero, infinity, tile, start, blocks, e);
    }

    /// <summary>Numbers of the base field as elements.</summary>
    private void Enter(uint* tile, uint* numbers, long blocks) => Kernels.FoldBase(tile, numbers, numbers, default, blocks);
}
