using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Verifying;

/// <summary>v of one run from its bytes (spec/proof-system.md, section 7, step 4).</summary>
internal static class RunValues
{
    public static Ext4 At(Circuit circuit, PoolPoints points, Ext4 theta, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs) =>
        At(circuit, points.Weights, theta, inputs, outputs);

    /// <summary>Likewise at the points of a binding: P0 .. P7.</summary>
    public static Ext4 At(Circuit circuit, RunBinding binding, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs)
    {
        PointTables[] tables = [.. binding.Points.Select(point => new PointTables(point))];
        return At(circuit, (pool, length) => tables[pool - Pool.P0].Table(0, length), binding.Theta, inputs, outputs);
    }

    private static Ext4 At(
        Circuit circuit, Func<Pool, int, Ext4[]> weights, Ext4 theta, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs)
    {
        Ext4 sum = Ext4.Zero;
        Ext4 power = Ext4.One;
        AddAll(circuit.Inputs, inputs);
        AddAll(circuit.Outputs, outputs);
        return sum;

        void AddAll(ImmutableArray<int> columns, ReadOnlySpan<short> elements)
        {
            foreach (int column in columns)
            {
                ImmutableArray<int> dims = circuit.Columns[column].Dims;
                int count = dims[..^1].Aggregate(1, (product, dim) => product * dim);
                sum += power * At(dims, weights, elements[..count]);
                elements = elements[count..];
                power *= theta;
            }
        }
    }

    private static Ext4 At(ImmutableArray<int> dims, Func<Pool, int, Ext4[]> weights, ReadOnlySpan<short> elements)
    {
        uint[] residues = new uint[elements.Length];
        for (int i = 0; i < residues.Length; i++)
        {
            residues[i] = KoalaBear.From(elements[i]);
        }

        if (dims.Length == 1)
        {
            return Ext4.One * residues[0];
        }

        int d = dims.Length - 2;
        Ext4[] left = new Ext4[residues.Length / dims[d]];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = Sums.Dot(weights(Pool.P0 + d, dims[d]), residues.AsSpan(i * dims[d], dims[d]));
        }

        for (d--; d >= 0; d--)
        {
            Ext4[] folded = new Ext4[left.Length / dims[d]];
            for (int i = 0; i < folded.Length; i++)
            {
                folded[i] = Sums.Dot(weights(Pool.P0 + d, dims[d]), left.AsSpan(i * dims[d], dims[d]));
            }

            left = folded;
        }

        return left[0];
    }
}
