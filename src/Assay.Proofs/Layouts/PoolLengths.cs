using System.Collections.Immutable;
using Assay.Proofs.Circuits;

namespace Assay.Proofs.Layouts;

/// <summary>How many elements of each pool of shared points are drawn (spec/proof-system.md, section 7, step 3).</summary>
internal static class PoolLengths
{
    public static ImmutableArray<int> Of(Circuit circuit, int b)
    {
        int[] bits = new int[(int)Pool.P7 + 1];
        foreach (Identity identity in circuit.Identities)
        {
            Use(bits, identity.Box);
        }

        foreach (Instance instance in circuit.Instances)
        {
            Use(bits, instance.Box);
        }

        foreach (int column in circuit.Inputs.Concat(circuit.Outputs))
        {
            ImmutableArray<int> dims = circuit.Columns[column].Dims;
            for (int d = 0; d < dims.Length - 1; d++)
            {
                Use(bits, Pool.P0 + d, dims[d]);
            }
        }

        if (!circuit.Matrices.IsEmpty)
        {
            bits[(int)Pool.J] = Math.Max(bits[(int)Pool.J], b);
        }

        bits[(int)Pool.B] = Bits.Ceiling(circuit.Batch);
        return [.. bits];
    }

    private static void Use(int[] bits, ImmutableArray<BoxAxis> box)
    {
        foreach (BoxAxis axis in box)
        {
            Use(bits, axis.Pool, axis.Length / axis.Groups);
            Use(bits, Pool.G, axis.Groups);
        }
    }

    private static void Use(int[] bits, Pool pool, int length) =>
        bits[(int)pool] = Math.Max(bits[(int)pool], Bits.Ceiling(length));
}
