using System.Runtime.Intrinsics;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>Weighted sums of some columns of rows, for any number of columns and with the kernels of a path.</summary>
internal static unsafe class Folding
{
    /// <summary>Columns of one call at most.</summary>
    public const int MostColumns = FoldKernel<BaseVectorScalar, uint>.MostColumns;

    /// <summary><c>result[i] = Σ_r weights[r] rows[r][i]</c>.</summary>
    /// <param name="rows">As many as there are weights, and one more if that is odd (any row: its weight is 0).</param>
    /// <param name="weights">A weight for each row.</param>
    /// <param name="limbs">The same, by <see cref="FoldWeights.OfPairs"/>.</param>
    /// <param name="result">As many columns as are summed.</param>
    /// <param name="path">Resolved.</param>
    public static void Shorts(short** rows, ReadOnlySpan<Ext4> weights, int* limbs, Span<Ext4> result, VectorPath path)
    {
        int pairs = (weights.Length + 1) / 2;
        switch (path)
        {
            case VectorPath.Vector512 when result.Length % 32 == 0:
                FoldKernel<BaseVector512, Vector512<uint>>.Shorts(rows, pairs, limbs, result.Length, result);
                break;
            case VectorPath.Vector512 or VectorPath.Vector256 when result.Length % 16 == 0:
                FoldKernel<BaseVector256, Vector256<uint>>.Shorts(rows, pairs, limbs, result.Length, result);
                break;
            default:
                if (result.Length == 1)
                {
                    result[0] = Ext4.Zero;
                    for (int r = 0; r < weights.Length; r++)
                    {
                        result[0] += weights[r] * KoalaBear.From(rows[r][0]);
                    }

                    break;
                }

                FoldKernel<BaseVectorScalar, uint>.Shorts(rows, pairs, limbs, result.Length, result);
                break;
        }
    }

    /// <inheritdoc cref="Shorts"/>
    /// <param name="rows">Integers above -p and below p.</param>
    /// <param name="count">Rows.</param>
    /// <param name="limbs">The weights, by <see cref="FoldWeights.OfHalves"/>.</param>
    public static void Ints(int** rows, int count, int* limbs, Span<Ext4> result, VectorPath path)
    {
        switch (path)
        {
            case VectorPath.Vector512 when result.Length % 16 == 0:
                FoldKernel<BaseVector512, Vector512<uint>>.Ints(rows, count, limbs, result.Length, result);
                break;
            case VectorPath.Vector512 or VectorPath.Vector256 when result.Length % 8 == 0:
                FoldKernel<BaseVector256, Vector256<uint>>.Ints(rows, count, limbs, result.Length, result);
                break;
            default:
                FoldKernel<BaseVectorScalar, uint>.Ints(rows, count, limbs, result.Length, result);
                break;
        }
    }
}
