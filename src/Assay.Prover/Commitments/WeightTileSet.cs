using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;
using Assay.Proofs.Layouts;
using Assay.Prover.Hashing;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>The tiles of all weights as int16 in native memory, one after the other, and their weighted sums (spec/proof-system.md,
/// sections 6.2 and 7). Read-only once made: any number of threads may use it.</summary>
internal sealed unsafe class WeightTileSet : IDisposable
{
    private static readonly byte[] DigestKey = Blake3.Hash("assay/prover/tiles"u8);

    private readonly NativeBuffer<short> _numbers;
    private readonly WeightMatrix[] _matrices;
    private readonly int[] _first;

    /// <summary>Reads all tiles.</summary>
    /// <param name="shape">A shape with weights; its batch doesn't matter.</param>
    /// <param name="reader">Called for different tiles at the same time.</param>
    /// <param name="team">Threads.</param>
    public WeightTileSet(ProofShape shape, IWeightTileReader reader, WorkerTeam team)
    {
        A = shape.A;
        B = shape.B;
        Tiles = [.. shape.Tiles];
        _matrices = [.. shape.Circuit.Matrices];
        _first = new int[_matrices.Length + 1];
        foreach (WeightTile tile in Tiles)
        {
            _first[tile.Matrix + 1]++;
        }

        for (int i = 0; i < _matrices.Length; i++)
        {
            _first[i + 1] += _first[i];
        }

        _numbers = new((long)Tiles.Length << Bits);
        _numbers.Clear();
        team.Run(new TeamAction(i => reader.Read(Tiles[i], new(_numbers.Pointer + ((nint)i << Bits), 1 << Bits))), Tiles.Length);
    }

    /// <summary>Bits of k in a tile.</summary>
    public int A { get; }

    /// <summary>Bits of j in a tile.</summary>
    public int B { get; }

    /// <summary>a + b.</summary>
    public int Bits => A + B;

    /// <summary>The tiles in their order; do not write.</summary>
    public WeightTile[] Tiles { get; }

    /// <summary>All numbers.</summary>
    public short* Numbers => _numbers.Pointer;

    /// <summary>How many numbers.</summary>
    public long Count => _numbers.Length;

    /// <summary>A digest of everything that the commitment depends on.</summary>
    public byte[] Digest(WorkerTeam team, VectorPath path)
    {
        byte[] content = new byte[8 + (Blake3.DigestBytes * Tiles.Length)];
        content[0] = (byte)A;
        content[1] = (byte)B;
        int parts = Math.Min(Tiles.Length, 64);
        int bytes = sizeof(short) << Bits;
        team.Run(new TeamAction(part =>
        {
            int from = (int)((long)Tiles.Length * part / parts), to = (int)((long)Tiles.Length * (part + 1) / parts);
            fixed (byte* digests = content)
            {
                WideBlake3.Keyed(
                    DigestKey, (byte*)(Numbers + ((nint)from << Bits)), bytes, bytes, to - from, digests + 8 + (Blake3.DigestBytes * from), path);
            }
        }), parts);
        GC.KeepAlive(this);
        return Blake3.Hash(content);
    }

    /// <summary><c>M~(k) = Σ_j rows[j] M[j][k]</c> of one matrix.</summary>
    /// <param name="matrix">Which one.</param>
    /// <param name="rows">A weight for each j below J.</param>
    /// <param name="result">An element for each k below 2^kb.</param>
    /// <param name="team">Threads.</param>
    /// <param name="path">Kernels.</param>
    public void FoldRows(int matrix, ReadOnlySpan<Ext4> rows, Span<Ext4> result, WorkerTeam team, VectorPath path)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, _matrices[matrix].Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, 1 << _matrices[matrix].IndexBits);
        result.Clear();
        int first = _first[matrix];
        int high = Math.Max(1, ((rows.Length - 1) >> B) + 1);

        // The tiles of a matrix are a grid of j and those k that are there.
        int[] places = new int[(_first[matrix + 1] - first) / high];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = Tiles[first + i].KHigh << A;
        }

        nint[] sources = new nint[rows.Length];
        for (int j = 0; j < sources.Length; j++)
        {
            nint tile = first + ((nint)(j >> B) * places.Length);
            sources[j] = (nint)(Numbers + (tile << Bits) + ((nint)(j & ((1 << B) - 1)) << A));
        }

        fixed (Ext4* to = result)
        {
            Folding.Shorts(sources, rows, (nint)1 << Bits, Math.Min(1 << A, result.Length), places, to, team, path);
        }

        // Pointers don't keep the numbers from being freed.
        GC.KeepAlive(this);
    }

    /// <summary>"fold.weights": <c>u[i] = Σ weights[tile] tile[i]</c>.</summary>
    /// <param name="weights">One for each tile.</param>
    /// <param name="result">2^(a+b) elements.</param>
    /// <param name="team">Threads.</param>
    /// <param name="path">Kernels.</param>
    public void FoldTiles(ReadOnlySpan<Ext4> weights, Span<Ext4> result, WorkerTeam team, VectorPath path)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, Tiles.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, 1 << Bits);
        nint[] sources = new nint[Tiles.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = (nint)(Numbers + ((nint)i << Bits));
        }

        fixed (Ext4* to = result)
        {
            Folding.Shorts(sources, weights, 0, result.Length, [0], to, team, path);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _numbers.Dispose();
}
