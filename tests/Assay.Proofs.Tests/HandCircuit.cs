using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests;

/// <summary>A circuit made by hand that uses every part of the representation at once, with columns that keep it.</summary>
internal static class HandCircuit
{
    private static readonly ImmutableArray<int> Shape = [4, 3, 3];

    private sealed record TestTable(ImmutableArray<(int, int, int)> Entries) : ProofTable
    {
        public override int Rows => Entries.Length;

        public override (int C0, int C1, int C2) Row(int index) => Entries[index];

        public override int Find(long c0, long c1, long c2) =>
            Entries.IndexOf(((int)c0, (int)c1, (int)c2));
    }

    /// <summary>The circuit for so many runs.</summary>
    public static Circuit Make(int batch)
    {
        TensorType type = new(Shape, -8, 7);
        LookupTable squares = new([.. Enumerable.Range(-8, 16).Select(x => (short)Math.Min(7, x * x / 4))]);
        ExactProgram program = ExactProgram.Create(
            [new("x", type, null, [0.0], [1.0], default)], [], [squares], [new LookupOperation(0, 0, type)], [new("y", 1, 1.0)], out _)!;
        ImmutableArray<int> full = [.. Shape, batch];
        ImmutableArray<BoxAxis> box = [new(4, Pool.P0), new(3, Pool.P1), new(3, Pool.P2), new(batch, Pool.B)];
        ImmutableArray<Column> columns =
        [
            new(0, full), new(1, full), new(2, [6, 4, 4, batch]), new(3, full), new(4, [5, batch]), new(5, [6, 6, batch]),
            new(6, [16]), new(7, [16]), new(8, [17]),
        ];
        ImmutableArray<ProofTable> tables =
        [
            new TestTable([.. Enumerable.Range(0, 16).Select(i => (i - 8, (int)squares.Values[i], 0))]),
            new TestTable([.. Enumerable.Range(0, 16).Select(i => (i, 0, 0))]),
            new TestTable([.. Enumerable.Range(0, 17).Select(i => (i, 0, 0))]),
        ];
        ImmutableArray<LookupItem> items =
        [
            new(full, -1, [0], [new([Same(columns[0])], 0), new([Same(columns[1])], 0)]),
            new(full, 0, [1, 2, 1, 2], [new([Same(columns[0])], 8)]),
        ];
        Identity flat = new(
            [new(6, Pool.P0), new(6, Pool.P1), new(batch, Pool.B)], [Same(columns[5])], [new(0, -3)], [ConstantTerm.Everywhere(3, -7)]);
        Contraction conv = new(
            [new(6, Pool.J, 2), new(4, Pool.P1), new(4, Pool.P2), new(batch, Pool.B)], [Same(columns[2])],
            [ConstantTerm.Along(4, 0, [1, 2, 3, 4, 5, 6])],
            0, 0, false, 2, 2, 3, new(1, 2, 1, 1, 1), new(2, 2, 1, 1, 1), 2, [8, 9], 0);
        Contraction linear = new(
            [new(5, Pool.J), new(batch, Pool.B)], [Same(columns[4])], [], 0, 0, true, 1, 36, 5, Window.None, Window.None, 0, [36, 37], 1);
        Product product = new(
            box, [Same(columns[3], 2)], [], [(0, 2), (1, -1)], [(1, 2)],
            [new(4, 0, 0, 0), new(3, 2, 1, -1), new(batch, 3, 3, 3)], [(1, 1)], [(2, 2)]);
        return new(
            program, batch, 8, columns, tables, items, [flat], [conv, product, linear],
            [new(0, WeightLimb.Whole, 3, 5), new(1, WeightLimb.Whole, 5, 6)], [0], [1]);
    }

    /// <summary>Random matrices: real places and bias slots only.</summary>
    public static int[][] Matrices(int seed)
    {
        Random random = new(seed);
        int[][] matrices = [new int[3 << 5], new int[5 << 6]];
        for (int j = 0; j < 3; j++)
        {
            for (int k = 0; k < 20; k++)
            {
                // (dy, dx, ci, g) with two taps each way, two channels, two groups: all of the first 16 are real; then the slots.
                matrices[0][(j << 5) + k] = random.Next(-128, 128);
            }
        }

        for (int j = 0; j < 5; j++)
        {
            for (int k = 0; k < 38; k++)
            {
                matrices[1][(j << 6) + k] = random.Next(-128, 128);
            }
        }

        return matrices;
    }

    /// <summary>Columns that keep the circuit, and the inputs and outputs of each run.</summary>
    public static (long[][] Columns, short[][] Inputs, short[][] Outputs) Run(Circuit circuit, int[][] matrices, int seed)
    {
        Random random = new(seed);
        int batch = circuit.Batch;
        long[] x = [.. Enumerable.Range(0, 36 * batch).Select(_ => (long)random.Next(-8, 8))];
        long[][] columns = Fill(circuit, matrices, x, [.. x.Select(v => Math.Min(7, v * v / 4))]);
        return (columns, Runs(columns[0], batch), Runs(columns[1], batch));
    }

    /// <summary>One column of all runs as one array for each run.</summary>
    public static short[][] Runs(long[] column, int batch) =>
        [.. Enumerable.Range(0, batch).Select(run => column.Where((_, i) => i % batch == run).Select(v => (short)v).ToArray())];

    /// <summary>All columns that follow from x and y.</summary>
    public static long[][] Fill(Circuit circuit, int[][] matrices, long[] x, long[] y)
    {
        int batch = circuit.Batch;
        long[] conv = new long[6 * 16 * batch];
        long[] product = new long[36 * batch];
        long[] linear = new long[5 * batch];
        foreach (int[] o in Boxes.Indices([6, 4, 4, batch]))
        {
            int g = o[0] / 3;
            int j = o[0] % 3;
            long sum = matrices[0][(j << 5) + (8 << 1) + g] + (65536L * matrices[0][(j << 5) + (9 << 1) + g]);
            foreach (int[] k in Boxes.Indices([2, 2, 2]))
            {
                int row = o[1] + k[0] - 1;
                int column = o[2] + k[1] - 1;
                if (row is >= 0 and < 3 && column is >= 0 and < 3)
                {
                    sum += matrices[0][(j << 5) + (((((k[0] << 1) | k[1]) << 1) | k[2]) << 1) + g]
                        * x[Boxes.Number([4, 3, 3, batch], [(2 * g) + k[2], row, column, o[3]])];
                }
            }

            conv[Boxes.Number([6, 4, 4, batch], o)] = sum - (o[0] + 1);
        }

        foreach (int[] o in Boxes.Indices([4, 3, 3, batch]))
        {
            long sum = 0;
            for (int k = 0; k < 3; k++)
            {
                int a = Boxes.Number([4, 3, 3, batch], [o[0], o[1], k, o[3]]);
                sum += ((2 * x[a]) - y[a]) * 2 * y[Boxes.Number([4, 3, 3, batch], [o[0], k, o[2], o[3]])];
            }

            product[Boxes.Number([4, 3, 3, batch], o)] = sum / 2;
        }

        foreach (int[] o in Boxes.Indices([5, batch]))
        {
            long sum = matrices[1][(o[0] << 6) + 36] + (65536L * matrices[1][(o[0] << 6) + 37]);
            for (int k = 0; k < 36; k++)
            {
                sum += matrices[1][(o[0] << 6) + k] * x[(k * batch) + o[1]];
            }

            linear[(o[0] * batch) + o[1]] = sum;
        }

        return [x, y, conv, product, linear, [.. x.Select(v => (3 * v) + 7)]];
    }

    private static View Same(Column column, long coefficient = 1) =>
        new(column.Index, coefficient, [.. column.Dims.Select((dim, d) => AxisMap.Same(d, dim))]);
}
