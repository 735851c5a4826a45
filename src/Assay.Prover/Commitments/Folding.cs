using System.Runtime.Intrinsics;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>Weighted sums of some columns of rows, for any number of columns and with the kernels of a path.</summary>
internal static unsafe class Folding
{
    /// <summary>Columns of one call at most.</summary>
    public const int MostColumns = FoldKernel<BaseVectorScalar, uint>.MostColumns;

    /// <summary>Cells that are worth a part of their own: some 50 microseconds.</summary>
    private const long CellsOfPart = 1 << 17;

    /// <summary><c>result[i] = Σ_r weights[r] rows[r][i]</c>.</summary>
    /// <param name="rows">As many as there are weights: each row's first number.</param>
    /// <param name="weights">A weight for each row.</param>
    /// <param name="stride">Numbers from block to block in each row; blocks of columns are summed apart.</param>
    /// <param name="columns">Columns of a block, a power of two.</param>
    /// <param name="places">Where each block's results begin.</param>
    /// <param name="result">Elements for all blocks.</param>
    /// <param name="team">Threads.</param>
    /// <param name="path">Resolved.</param>
    public static void Shorts(
        nint[] rows, ReadOnlySpan<Ext4> weights, nint stride, int columns, int[] places, Ext4* result, WorkerTeam team, VectorPath path)
    {
        if (columns == 1)
        {
            for (int block = 0; block < places.Length; block++)
            {
                Ext4 sum = Ext4.Zero;
                for (int r = 0; r < rows.Length; r++)
                {
                    sum += weights[r] * KoalaBear.From(((short*)rows[r])[block * stride]);
                }

                result[places[block]] = sum;
            }

            return;
        }

        int[] limbs = FoldWeights.OfPairs(weights);
        int pairs = (weights.Length + 1) / 2;

        // The partner of an odd row has weight 0; any row will do.
        nint[] even = rows.Length % 2 == 0 ? rows : [.. rows, rows[0]];
        int width = Math.Min(columns, MostColumns);
        Run(places.Length * (columns / width), (long)rows.Length * width, team, tile =>
        {
            int block = tile / (columns / width), column = tile % (columns / width) * width;
            Span<Ext4> to = new(result + places[block] + column, width);
            fixed (nint* sources = even)
            fixed (int* l = limbs)
            {
                Shorts((short**)sources, (block * stride) + column, pairs, l, to, path);
            }
        });
    }

    /// <summary>The same of 32-bit integers above -p and below p, with one block.</summary>
    /// <inheritdoc cref="Shorts(nint[], ReadOnlySpan{Ext4}, nint, int, int[], Ext4*, WorkerTeam, VectorPath)"/>
    public static void Ints(nint[] rows, ReadOnlySpan<Ext4> weights, int columns, Ext4* result, WorkerTeam team, VectorPath path)
    {
        int[] limbs = FoldWeights.OfHalves(weights);
        int width = Math.Min(columns, MostColumns);
        Run(columns / width, (long)rows.Length * width, team, tile =>
        {
            fixed (nint* sources = rows)
            fixed (int* l = limbs)
            {
                Ints((int**)sources, tile * width, rows.Length, l, new(result + ((nint)tile * width), width), path);
            }
        });
    }

    /// <summary>Does all tiles of columns, in parts that are worth it.</summary>
    private static void Run(int tiles, long cellsOfTile, WorkerTeam team, Action<int> action)
    {
        int parts = (int)Math.Clamp(tiles * cellsOfTile / CellsOfPart, 1, tiles);
        team.Run(new TeamAction(part =>
        {
            for (int tile = (int)((long)tiles * part / parts); tile < (int)((long)tiles * (part + 1) / parts); tile++)
            {
                action(tile);
            }
        }), parts);
    }

    private static void Shorts(short** rows, nint offset, int pairs, int* limbs, Span<Ext4> result, VectorPath path)
    {
        if (path == VectorPath.Vector512 && result.Length % 32 == 0)
        {
            FoldKernel<BaseVector512, Vector512<uint>>.Shorts(rows, offset, pairs, limbs, result.Length, result);
        }
        else if (path != VectorPath.Portable && result.Length % 16 == 0)
        {
            FoldKernel<BaseVector256, Vector256<uint>>.Shorts(rows, offset, pairs, limbs, result.Length, result);
        }
        else
        {
            FoldKernel<BaseVectorScalar, uint>.Shorts(rows, offset, pairs, limbs, result.Length, result);
        }
    }

    private static void Ints(int** rows, nint offset, int count, int* limbs, Span<Ext4> result, VectorPath path)
    {
        if (path == VectorPath.Vector512 && result.Length % 16 == 0)
        {
            FoldKernel<BaseVector512, Vector512<uint>>.Ints(rows, offset, count, limbs, result.Length, result);
        }
        else if (path != VectorPath.Portable && result.Length % 8 == 0)
        {
            FoldKernel<BaseVector256, Vector256<uint>>.Ints(rows, offset, count, limbs, result.Length, result);
        }
        else
        {
            FoldKernel<BaseVectorScalar, uint>.Ints(rows, offset, count, limbs, result.Length, result);
        }
    }
}
