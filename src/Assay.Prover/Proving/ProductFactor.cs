using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Proving;

/// <summary>One factor of a product as a table over the product's index (spec/proof-system.md, section 7, step 6).</summary>
/// <remarks>Safety: loops follow the columns' dimensions and the table's bits.</remarks>
internal static unsafe class ProductFactor
{
    /// <summary>A_l or M_l, of <c>2^IndexBits</c> elements.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="isA">Which factor: A carries the weights of the axes that the result keeps.</param>
    public static ExtensionArray Build(Circuit circuit, Product product, bool isA, PoolPoints points, int** columns, NativeArena arena)
    {
        Ext4[][] weights = points.Weights(product.Box);
        ImmutableArray<(int Column, long Coefficient)> sum = isA ? product.A : product.B;
        ImmutableArray<(int Dim, int BoxAxis)> only = isA ? product.OnlyA : product.OnlyB;
        ImmutableArray<int> dims = circuit.Columns[sum[0].Column].Dims;

        // For each dimension: the bits of the index that it has, or none; and its weights, or none.
        int[] shifts = new int[dims.Length];
        Ext4[]?[] along = new Ext4[]?[dims.Length];
        Array.Fill(shifts, -1);
        int start = product.IndexBits;
        foreach (ProductAxis axis in product.Axes)
        {
            start -= Bits.Ceiling(axis.Length);
            int dim = isA ? axis.DimA : axis.DimB;
            shifts[dim] = start;
            along[dim] = isA && axis.BoxAxis >= 0 ? weights[axis.BoxAxis] : null;
        }

        foreach ((int dim, int boxAxis) in only)
        {
            along[dim] = weights[boxAxis];
        }

        Ext4[] table = new Ext4[1L << product.IndexBits];
        int* index = stackalloc int[dims.Length];
        new Span<int>(index, dims.Length).Clear();
        Ext4[] prefix = new Ext4[dims.Length + 1];
        prefix[0] = Ext4.One;
        int changed = 0;
        long count = 1;
        foreach (int length in dims)
        {
            count *= length;
        }

        long k = 0;
        for (long element = 0; element < count; element++)
        {
            for (int d = changed; d < dims.Length; d++)
            {
                prefix[d + 1] = along[d] is { } weight ? prefix[d] * weight[index[d]] : prefix[d];
            }

            long value = 0;
            foreach ((int column, long coefficient) in sum)
            {
                value += columns[column][element] * coefficient;
            }

            table[k] += prefix[dims.Length] * KoalaBear.From(value);
            for (changed = dims.Length - 1; changed >= 0; changed--)
            {
                long step = shifts[changed] < 0 ? 0 : 1L << shifts[changed];
                k += step;
                if (++index[changed] < dims[changed])
                {
                    break;
                }

                k -= step * dims[changed];
                index[changed] = 0;
            }
        }

        return ExtensionArray.From(arena, table);
    }
}
