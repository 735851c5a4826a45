using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Prover.Simd;

namespace Assay.Prover.Proving;

/// <summary>v_i of each of many runs (spec/proof-system.md, section 7, step 4).</summary>
/// <remarks>Safety: rows of a column are as long as the batch.</remarks>
internal static unsafe class RunPoints
{
    public static Ext4[] Values(Circuit circuit, int** columns, PoolPoints points, Ext4 theta, ExtensionKernels kernels, NativeArena arena)
    {
        using ExtensionArray values = new(arena, circuit.Batch);
        values.Clear();
        Ext4 power = Ext4.One;
        foreach (int column in circuit.Inputs.Concat(circuit.Outputs))
        {
            Add(circuit.Columns[column].Dims, columns[column], points, power, values, kernels);
            power *= theta;
        }

        return values.ToArray();
    }

    private static void Add(ImmutableArray<int> dims, int* column, PoolPoints points, Ext4 power, ExtensionArray values, ExtensionKernels kernels)
    {
        int batch = dims[^1];
        int* index = stackalloc int[dims.Length];
        new Span<int>(index, dims.Length).Clear();
        Ext4[] prefix = new Ext4[dims.Length];
        prefix[0] = power;
        for (int changed = 0; changed >= 0; column += batch)
        {
            for (int d = changed; d < dims.Length - 1; d++)
            {
                prefix[d + 1] = prefix[d] * points.Weights(Pool.P0 + d, dims[d])[index[d]];
            }

            kernels.AddMultipleOfIntegers(values.Words, column, ExtensionConstant.ForIntegers(prefix[dims.Length - 1]), batch);
            for (changed = dims.Length - 2; changed >= 0 && ++index[changed] == dims[changed]; changed--)
            {
                index[changed] = 0;
            }
        }
    }
}
