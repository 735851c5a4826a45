using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Prover.Simd;
using Assay.Prover.Witness;

namespace Assay.Prover.Tests.Lookups;

/// <summary>Circuits with lookups only, and columns with any numbers in them: the messages don't depend on whether the lookups
/// hold.</summary>
internal sealed class RandomLookups
{
    private readonly Random _random;

    private RandomLookups(Random random, Circuit circuit)
    {
        _random = random;
        Circuit = circuit;
        (ProofShape? shape, _) = ProofShape.Of(circuit, 0, 0);
        Shape = shape!;
    }

    public Circuit Circuit { get; }

    public ProofShape Shape { get; }

    /// <summary>Odd boxes, all kinds of views, several tables.</summary>
    public static RandomLookups Of(int seed, int items, int longest)
    {
        Random random = new(seed);
        ImmutableArray<ProofTable> tables =
            [new RangeTable(1 + random.Next(3 * longest)), new SlicesTable(3, 5), new RangeTable(1), new ReluTable(random.Next(1, 7))];
        List<Column> columns = [];
        for (int i = 0; i < 5; i++)
        {
            columns.Add(new(i, [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Length(random, longest))]));
        }

        List<LookupItem> list = [];
        for (int i = 0; i < items; i++)
        {
            list.Add(Item(random, columns, tables.Length, longest));
        }

        foreach (ProofTable table in tables)
        {
            columns.Add(new(columns.Count, [table.Rows]));
        }

        return new(random, Build(columns, tables, list));
    }

    /// <summary>One box of these dimensions over a column of the same, and one table.</summary>
    public static RandomLookups One(int[] dims, int rows)
    {
        Column column = new(0, [.. dims]);
        View view = new(0, 1, [.. dims.Select((dim, axis) => AxisMap.Same(axis, dim))]);
        LookupItem item = new([.. dims], -1, [0], [new([view], 0)]);
        return new(new(1), Build([column, new(1, [rows])], [new RangeTable(rows)], [item]));
    }

    /// <summary>Columns with random integers, of both signs.</summary>
    public WitnessColumns Columns(NativeArena arena)
    {
        WitnessColumns columns = new(arena, Circuit);
        for (int c = 0; c < Circuit.Columns.Length; c++)
        {
            foreach (ref int number in columns.Span(c))
            {
                number = _random.Next(8) == 0 ? _random.Next(-(int)(KoalaBear.P - 1), (int)(KoalaBear.P - 1)) : _random.Next(-300, 300);
            }
        }

        return columns;
    }

    /// <summary>The same as residues.</summary>
    public uint[][] Residues(WitnessColumns columns) =>
        [.. Circuit.Columns.Select(column => columns.Span(column.Index).ToArray().Select(number => KoalaBear.From(number)).ToArray())];

    private static Circuit Build(List<Column> columns, ImmutableArray<ProofTable> tables, List<LookupItem> items)
    {
        ExactProgram none = null!;
        return new(none, 1, 12, [.. columns], tables, [.. items], [], [], [], [], []);
    }

    private static int Length(Random random, int longest) => random.Next(4) == 0 ? 1 : 1 + random.Next(longest);

    private static LookupItem Item(Random random, List<Column> columns, int tables, int longest)
    {
        int[] dims = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Length(random, longest))];
        List<Expression> expressions = [];
        for (int j = random.Next(3); j >= 0; j--)
        {
            View[] views = [.. Enumerable.Range(0, random.Next(4)).Select(_ => View(random, columns[random.Next(columns.Count)], dims))];
            expressions.Add(new([.. views], random.Next(-1000, 1000)));
        }

        int axis = random.Next(-1, dims.Length);
        int[] chosen = [.. Enumerable.Range(0, axis < 0 ? 1 : dims[axis]).Select(_ => random.Next(tables))];
        return new([.. dims], axis, [.. chosen], [.. expressions]);
    }

    private static View View(Random random, Column column, int[] dims)
    {
        List<int> free = [.. Enumerable.Range(0, dims.Length)];
        List<AxisMap> maps = [];
        for (int d = 0; d < column.Dims.Length; d++)
        {
            int length = column.Dims[d];
            if (free.Count == 0 || random.Next(4) == 0)
            {
                maps.Add(AxisMap.Fixed(random.Next(6) == 0 ? -1 : random.Next(length)));
                continue;
            }

            // In order and of the same length if there is such an axis: the views that are copied and not gathered.
            int axis = free.FindIndex(a => dims[a] == length) is int same && same >= 0 ? free[same] : free[random.Next(free.Count)];
            free.Remove(axis);
            maps.Add(dims[axis] == length && random.Next(3) != 0 ? AxisMap.Same(axis, length) : Map(random, axis, dims[axis], length));
        }

        return new(column.Index, random.NextInt64(-KoalaBear.P + 1, KoalaBear.P), [.. maps]);
    }

    private static AxisMap Map(Random random, int axis, int positions, int length)
    {
        AxisMap map = AxisMap.Affine(axis, positions, random.Next(3), random.Next(-2, 3), length);
        return random.Next(2) == 0 ? map
            : map with { Weights = [.. Enumerable.Range(0, positions).Select(_ => random.NextInt64(-KoalaBear.P + 1, KoalaBear.P))] };
    }
}
