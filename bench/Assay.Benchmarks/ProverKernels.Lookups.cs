using System.Globalization;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Prover.Lookups;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;

namespace Assay.Benchmarks;

/// <content>Field kernels and the prover of lookups.</content>
internal static unsafe partial class ProverKernels
{
    public static void RunLookups(double seconds)
    {
        Field(seconds / 4);
        foreach ((int[] dims, int rows) in ((int[], int)[])
            [([3000], 1096), ([196_608], 65_536), ([700_000], 300_000), ([1_900_000], 100_000), ([64, 112, 112], 65_536)])
        {
            for (int threads = 1; threads <= 2; threads++)
            {
                Lookups(dims, rows, threads, seconds);
            }
        }
    }

    private static void Field(double seconds)
    {
        const int Count = 1024;
        const int Half = Count / 2;
        using NativeArena arena = new();
        Ext4[] elements = Elements(Count);
        using ExtensionArray a = ExtensionArray.From(arena, elements), b = ExtensionArray.From(arena, elements), d = new(arena, Count);
        ExtensionKernels kernels = ExtensionKernels.Default;
        ExtensionConstant constant = ExtensionConstant.From(elements[1]);
        uint* high = a.Words + ExtensionArray.WordOf(Half);
        LayerTile tile = new() { A = a.Words, AHigh = high, B = b.Words, BHigh = high, C = a.Words, CHigh = high, D = b.Words, DHigh = high };
        Loop("add", Count, () => kernels.Add(d.Words, a.Words, b.Words, d.Blocks));
        Loop("multiply", Count, () => kernels.Multiply(d.Words, a.Words, b.Words, d.Blocks));
        Loop("multiply by one element", Count, () => kernels.Multiply(d.Words, a.Words, constant, d.Blocks));
        Loop("fold", Half, () => kernels.Fold(d.Words, a.Words, high, constant, d.Blocks / 2));
        Loop("inner product", Count, () => kernels.Dot(a.Words, b.Words, d.Blocks));
        Loop("sums of fractions", Half, () => kernels.AddFractions(
            d.Words, d.Words + ExtensionArray.WordOf(Half), a.Words, high, b.Words, high, d.Blocks / 2));
        Loop("layer, at 0", Half, () =>
        {
            ExtensionSum sum = default;
            kernels.AddWeighted(&sum, b.Words, tile, d.Blocks / 2);
        });
        Loop("layer, of differences", Half, () =>
        {
            ExtensionSum sum = default;
            kernels.AddWeightedDifferences(&sum, b.Words, tile, d.Blocks / 2);
        });

        void Loop(string name, int count, Action action)
        {
            const int Times = 200;
            Line(name, Times * count, "ns/element", Measure(seconds, () =>
            {
                for (int i = 0; i < Times; i++)
                {
                    action();
                }
            }));
        }
    }

    private static void Lookups(int[] dims, int rows, int threads, double seconds)
    {
        Column column = new(0, [.. dims]);
        View view = new(0, 1, [.. dims.Select((length, axis) => AxisMap.Same(axis, length))]);
        LookupItem item = new([.. dims], -1, [0], [new([view], 0)]);
        Circuit circuit = new(null!, 1, 12, [column, new(1, [rows])], [new RangeTable(rows)], [item], [], [], [], [], []);
        LookupPlan plan = new(ProofShape.Of(circuit, 0, 0).Shape!);
        using NativeArena arena = new();
        using WorkerTeam team = new(threads);
        using WitnessColumns columns = new(arena, circuit);
        Random random = new(3);
        foreach (ref int number in columns.Span(0))
        {
            number = random.Next(rows);
        }

        columns.Span(1).Fill(1);
        Ext4[] challenges = Elements(2);

        // Processor time of the caller with one thread and with two: his share.
        string name = string.Create(CultureInfo.InvariantCulture, $"lookups, {plan.Cells} leaves, {threads} threads");
        Line(name, (int)plan.Cells, "ns/leaf", Measure(
            seconds, () => LogUpGkr.Prove(ExtensionKernels.Default, arena, team, new(), plan, columns, challenges[0], challenges[1])));
    }
}
