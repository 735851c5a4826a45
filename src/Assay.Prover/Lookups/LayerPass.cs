using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Lookups;

/// <summary>One pass over the tables of a layer's sumcheck for <c>Σ eq (A q_1 + p_1 q_0)</c>, with <c>A = p_0 + λ q_0</c>: a bit is
/// bound if there is a challenge, and the sums of the next round's message are computed tile by tile while they are in the cache.</summary>
/// <remarks>
/// q_1 and p_1 may be shorter than the other tables: what is missing is 1 and 0. The first passes over leaves differ in where p
/// comes from: see <see cref="LeafPass"/>. Safety: blocks are counted below the tables' lengths; a part writes only what
/// belongs to its own runs.
/// </remarks>
internal unsafe class LayerPass(ExtensionKernels kernels, uint* ones, uint* zeros) : ITeamJob
{
    /// <summary>Blocks of a tile: eight tiles and one of eq stay in the first-level cache.</summary>
    public const int TileBlocks = 8;

    /// <summary>Some 60 microseconds of work.</summary>
    private const long PartBlocks = 256;

    private const int MaximalParts = 256;
    private readonly (Ext4 AtZero, Ext4 AtInfinity)[] _sums = new (Ext4 AtZero, Ext4 AtInfinity)[MaximalParts];
    private long _runsPerPart;

    /// <summary>The tables.</summary>
    public uint* A { get; set; }

    /// <inheritdoc cref="A"/>
    public uint* P1 { get; set; }

    /// <inheritdoc cref="A"/>
    public uint* Q0 { get; set; }

    /// <inheritdoc cref="A"/>
    public uint* Q1 { get; set; }

    /// <summary>Blocks of a table after the pass.</summary>
    public long Blocks { get; private set; }

    /// <summary>Blocks of p_1 and q_1 that are stored, after the pass; what is behind them is 0 and 1.</summary>
    public long Stored { get; private set; }

    /// <summary>The kernels.</summary>
    protected ExtensionKernels Kernels => kernels;

    /// <summary>A tile of ones.</summary>
    protected uint* Ones => ones;

    /// <summary>A tile of zeros; also a tile of zeros of the base field.</summary>
    protected uint* Zeros => zeros;

    /// <summary>Stored blocks before the pass.</summary>
    protected long StoredBefore { get; private set; }

    /// <summary>The challenge, if a bit is bound.</summary>
    protected ExtensionConstant R { get; private set; }

    /// <summary>1 minus the challenge.</summary>
    protected ExtensionConstant Complement { get; private set; }

    /// <summary>Whether a bit is bound.</summary>
    protected bool Folds { get; private set; }

    /// <summary>λ.</summary>
    protected ExtensionConstant Lambda { get; private set; }

    private LayerEq Weights { get; set; } = null!;

    /// <summary>Half of the tables' blocks after the pass.</summary>
    protected long Half => Blocks / 2;

    /// <summary>Tables before any pass.</summary>
    public void Start(long blocks, long stored, Ext4 lambda, LayerEq weights)
    {
        (Blocks, Stored, Weights) = (blocks, stored, weights);
        Lambda = ExtensionConstant.From(lambda);
    }

    /// <summary>The message of the first round, at 0 and at infinity.</summary>
    public (Ext4 AtZero, Ext4 AtInfinity) First(WorkerTeam team)
    {
        Folds = false;
        StoredBefore = Stored;
        return Sum(team);
    }

    /// <summary>Binds a bit.</summary>
    /// <returns>The next message; anything if one block is left.</returns>
    public (Ext4 AtZero, Ext4 AtInfinity) Fold(WorkerTeam team, Ext4 r)
    {
        Folds = true;
        (R, Complement) = (ExtensionConstant.From(r), ExtensionConstant.From(Ext4.One - r));
        StoredBefore = Stored;
        Blocks /= 2;
        Stored = Math.Min(Stored, Blocks);
        if (Blocks == 1)
        {
            Prepare(0, 1);
            return default;
        }

        return Sum(team);
    }

    /// <inheritdoc/>
    public void Run(int part)
    {
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        long end = Math.Min((part + 1) * _runsPerPart, Weights.High.Length);
        for (long run = part * _runsPerPart; run < end; run++)
        {
            ExtensionSum runZero = default;
            ExtensionSum runInfinity = default;
            long first = run * Weights.RunBlocks;
            for (long i = 0; i < Weights.RunBlocks; i += TileBlocks)
            {
                long blocks = Math.Min(TileBlocks, Weights.RunBlocks - i);
                AddTile(&runZero, &runInfinity, first + i, blocks, Weights.Low + Words(i));
            }

            zero += Weights.High[(int)run] * runZero.Leave();
            infinity += Weights.High[(int)run] * runInfinity.Leave();
        }

        _sums[part] = (zero, infinity);
    }

    /// <summary>Words of so many blocks.</summary>
    protected static long Words(long blocks) => blocks * ExtensionKernels.BlockWords;

    /// <summary>Makes the tables from block <paramref name="start"/> on what they are after the pass.</summary>
    protected virtual void Prepare(long start, long blocks)
    {
        long at = Words(start);
        if (Folds)
        {
            long apart = Words(Blocks);
            kernels.Fold(A + at, A + at, A + at + apart, R, blocks);
            kernels.Fold(Q0 + at, Q0 + at, Q0 + at + apart, R, blocks);
            FoldStored(P1, start, blocks, zeros);
            FoldStored(Q1, start, blocks, ones);
        }
        else
        {
            kernels.AddMultiple(A + at, Q0 + at, Lambda, blocks);
        }
    }

    /// <summary>Folds a table that may be shorter, with its missing elements from a tile.</summary>
    protected void FoldStored(uint* table, long start, long blocks, uint* missing)
    {
        long both = Math.Clamp(StoredBefore - Blocks - start, 0, blocks);
        long stored = Math.Clamp(Stored - start, 0, blocks);
        uint* at = table + Words(start);
        kernels.Fold(at, at, at + Words(Blocks), R, both);
        at += Words(both);
        kernels.Fold(at, at, missing, R, stored - both);
    }

    /// <summary>Brings a tile of the low half, and its partner of the high one, up to date and adds its sums.</summary>
    protected virtual void AddTile(ExtensionSum* zero, ExtensionSum* infinity, long start, long blocks, uint* e)
    {
        Prepare(start, blocks);
        Prepare(start + Half, blocks);
        long at = Words(start);
        long apart = Words(Half);
        LayerTile tile = new()
        {
            A = A + at, AHigh = A + at + apart,
            B = Q1 + at, BHigh = Q1 + at + apart,
            C = P1 + at, CHigh = P1 + at + apart,
            D = Q0 + at, DHigh = Q0 + at + apart,
        };
        AddSums(zero, infinity, tile, start, blocks, e);
    }

    /// <summary>Adds a tile's sums.</summary>
    protected void AddSums(ExtensionSum* zero, ExtensionSum* infinity, LayerTile tile, long start, long blocks, uint* e)
    {
        long both = Math.Clamp(Stored - Half - start, 0, blocks);
        long stored = Math.Clamp(Stored - start, 0, blocks);
        kernels.AddWeighted(zero, e, tile, stored);
        kernels.AddWeightedDifferences(infinity, e, tile, both);
        if (both < stored)
        {
            long skip = Words(both);
            LayerTile rest = new()
            {
                A = tile.A + skip, AHigh = tile.AHigh + skip,
                B = tile.B + skip, BHigh = ones,
                C = tile.C + skip, CHigh = zeros,
                D = tile.D + skip, DHigh = tile.DHigh + skip,
            };
            kernels.AddWeightedDifferences(infinity, e + skip, rest, stored - both);
        }

        // Where p_1 and q_1 are 0 and 1 in both halves only A is left, and nothing of degree 2.
        kernels.AddDot(zero, e + Words(stored), tile.A + Words(stored), blocks - stored);
    }

    private (Ext4 AtZero, Ext4 AtInfinity) Sum(WorkerTeam team)
    {
        int runs = Weights.High.Length;
        _runsPerPart = Math.Max(Math.Max(1, PartBlocks / Weights.RunBlocks), (runs + MaximalParts - 1) / MaximalParts);
        int parts = (int)((runs + _runsPerPart - 1) / _runsPerPart);
        team.Run(this, parts);
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        for (int i = 0; i < parts; i++)
        {
            zero += _sums[i].AtZero;
            infinity += _sums[i].AtInfinity;
        }

        return (zero, infinity);
    }
}
