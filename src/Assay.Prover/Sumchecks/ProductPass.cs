using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Sumchecks;

/// <summary>One pass over the tables of a <see cref="ProductTables"/>: the message of a round, or a fold with the next round's
/// message.</summary>
/// <remarks>Safety: blocks are counted below the tables' lengths; a part writes only what belongs to its own tiles.</remarks>
internal sealed unsafe class ProductPass(ExtensionKernels kernels) : ITeamJob
{
    private const int TileBlocks = 16;

    /// <summary>Some 60 microseconds.</summary>
    private const int TilesPerPart = 32;

    private const int MaximalParts = 256;
    private readonly (Ext4 AtZero, Ext4 AtInfinity)[] _sums = new (Ext4 AtZero, Ext4 AtInfinity)[MaximalParts];
    private bool _folds;
    private long _length;
    private long _half;
    private long _quarter;
    private long _tilesPerPart;
    private bool _sumsIntegers;
    private ExtensionConstant _r;
    private ExtensionConstant _complement;
    private ExtensionConstant _integerR;
    private ExtensionConstant _integerComplement;

    /// <summary>What computes.</summary>
    public ExtensionKernels Kernels => kernels;

    /// <summary>a; with integers, where its fold goes.</summary>
    public uint* A { get; init; }

    /// <summary>b.</summary>
    public uint* B { get; init; }

    /// <summary>a as integers, or null.</summary>
    public int* Integers { get; set; }

    /// <summary>How many integers there are; elements behind them are 0.</summary>
    public long Count { get; init; }

    /// <summary>Parts of the pass.</summary>
    public int Parts { get; private set; }

    /// <summary>Prepares a round's message, without a fold.</summary>
    /// <param name="length">Blocks of the tables; those behind them are 0.</param>
    /// <param name="half">Blocks of one half of the tables.</param>
    public void Sums(long length, long half)
    {
        (_folds, _length, _quarter, _sumsIntegers) = (false, length, half, Integers != null);
        Cut(Math.Min(length, half));
    }

    /// <summary>Prepares a fold of both tables to their first <paramref name="half"/> blocks, with the next message.</summary>
    /// <inheritdoc cref="Sums"/>
    public void Fold(long length, long half, Ext4 r)
    {
        (_folds, _half, _sumsIntegers) = (true, half, false);
        (_r, _complement) = (ExtensionConstant.From(r), ExtensionConstant.From(Ext4.One - r));
        if (Integers != null)
        {
            (_integerR, _integerComplement) = (ExtensionConstant.ForIntegers(r), ExtensionConstant.ForIntegers(Ext4.One - r));
        }

        // _length stays that before the fold; a single block has no quarters.
        (_length, _quarter) = (length, Math.Max(half / 2, 1));
        Cut(Math.Min(length, _quarter));
    }

    /// <summary>The message, summed over the parts.</summary>
    public (Ext4 AtZero, Ext4 AtInfinity) Total()
    {
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        for (int i = 0; i < Parts; i++)
        {
            zero += _sums[i].AtZero;
            infinity += _sums[i].AtInfinity;
        }

        return (zero, infinity);
    }

    /// <inheritdoc/>
    public void Run(int part)
    {
        ExtensionSum zero = default;
        ExtensionSum infinity = default;
        long length = _folds ? Math.Min(_length, _half) : _length;
        long end = Math.Min((part + 1) * _tilesPerPart * TileBlocks, Math.Min(length, _quarter));
        for (long start = part * _tilesPerPart * TileBlocks; start < end; start += TileBlocks)
        {
            long lows = Math.Min(TileBlocks, end - start);
            long highs = Math.Clamp(length - _quarter - start, 0, lows);
            if (_folds)
            {
                FoldRange(start, lows);
                FoldRange(start + _quarter, highs);
            }

            if (_sumsIntegers)
            {
                AddIntegers(&zero, &infinity, start, lows, highs);
            }
            else
            {
                Add(&zero, &infinity, start, lows, highs);
            }
        }

        _sums[part] = _sumsIntegers ? (zero.LeaveIntegers(), infinity.LeaveIntegers()) : (zero.Leave(), infinity.Leave());
    }

    private void Cut(long blocks)
    {
        long tiles = (blocks + TileBlocks - 1) / TileBlocks;
        _tilesPerPart = Math.Max(TilesPerPart, (tiles + MaximalParts - 1) / MaximalParts);
        Parts = (int)((tiles + _tilesPerPart - 1) / _tilesPerPart);
    }

    private static long Words(long blocks) => blocks * ExtensionKernels.BlockWords;

    /// <summary>Integers in a range of blocks.</summary>
    private long In(long start, long blocks) => Math.Clamp(Count - (start * 16), 0, blocks * 16);

    private void Add(ExtensionSum* zero, ExtensionSum* infinity, long start, long lows, long highs)
    {
        uint* a = A + Words(start);
        uint* b = B + Words(start);
        long apart = Words(_quarter);
        kernels.AddDot(zero, a, b, lows);
        kernels.AddDotOfDifferences(infinity, a, a + apart, b, b + apart, highs);
        kernels.AddDot(infinity, a + Words(highs), b + Words(highs), lows - highs);
    }

    private void AddIntegers(ExtensionSum* zero, ExtensionSum* infinity, long start, long lows, long highs)
    {
        int* a = Integers + (start * 16);
        uint* b = B + Words(start);
        long high = In(start + _quarter, highs);
        kernels.AddDotIntegers(zero, a, b, In(start, lows));

        // Where only some of a block's high elements are there, the others count as zeros: whole blocks first.
        long whole = high / 16;
        kernels.AddDotOfDifferencesOfIntegers(
            infinity, a, a + (_quarter * 16), b, b + Words(_quarter), whole * 16);
        if (high % 16 != 0)
        {
            int* padded = stackalloc int[16];
            for (int i = 0; i < 16; i++)
            {
                padded[i] = i < high % 16 ? a[((_quarter + whole) * 16) + i] : 0;
            }

            kernels.AddDotOfDifferencesOfIntegers(
                infinity, a + (whole * 16), padded, b + Words(whole), b + Words(_quarter + whole), 16);
            whole++;
        }

        kernels.AddDotIntegers(infinity, a + (whole * 16), b + Words(whole), In(start + whole, lows - whole));
    }

    /// <summary>Folds blocks from number <paramref name="start"/> on with those one half further.</summary>
    private void FoldRange(long start, long blocks)
    {
        long highs = Math.Clamp(_length - _half - start, 0, blocks);
        uint* b = B + Words(start);
        kernels.Fold(b, b, b + Words(_half), _r, highs);
        kernels.Multiply(b + Words(highs), b + Words(highs), _complement, blocks - highs);

        uint* a = A + Words(start);
        if (Integers == null)
        {
            kernels.Fold(a, a, a + Words(_half), _r, highs);
            kernels.Multiply(a + Words(highs), a + Words(highs), _complement, blocks - highs);
            return;
        }

        // low * (1-r) + high * r, where the last block may be there in part.
        int* low = Integers + (start * 16);
        long high = In(start + _half, highs);
        long whole = high / 16;
        kernels.FoldIntegers(a, low, low + (_half * 16), _integerR, whole * 16);
        kernels.MultiplyIntegers(a + Words(whole), low + (whole * 16), _integerComplement, In(start + whole, blocks - whole));
        if (high % 16 != 0)
        {
            kernels.AddMultipleOfIntegers(a + Words(whole), low + ((_half + whole) * 16), _integerR, high % 16);
        }
    }
}
