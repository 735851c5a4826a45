using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Testing.Proofs;

/// <summary>A circuit as text, so that two builders can be compared (spec/vectors/proofs/README.md, "circuits.json"): how views and
/// constants are written down doesn't matter, only what they add up to.</summary>
public static class CircuitText
{
    /// <summary>Lines, each with its line feed.</summary>
    public static string Of(Circuit circuit)
    {
        StringBuilder text = new();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        foreach (Column column in circuit.Columns)
        {
            Line($"column {column.Index}: {List(column.Dims)}");
        }

        for (int i = 0; i < circuit.Tables.Length; i++)
        {
            Line($"table {i}: {Table(circuit.Tables[i])}");
        }

        for (int i = 0; i < circuit.Items.Length; i++)
        {
            LookupItem item = circuit.Items[i];
            bool same = item.Tables.All(table => table == item.Tables[0]);
            IEnumerable<uint> sums = item.Expressions.Select(expression => KoalaBear.Add(
                Views(expression.Views, item.Dims), Constant(ConstantTerm.Everywhere(item.Dims.Length, expression.Constant), item.Dims)));
            string tables = same ? $"{item.Tables[0]}" : $"{List(item.Tables)} by {item.TableAxis}";
            Line($"item {i}: {List(item.Dims)}; tables {tables}; {string.Join(',', sums)}");
        }

        for (int i = 0; i < circuit.Identities.Length; i++)
        {
            Identity identity = circuit.Identities[i];
            ImmutableArray<int> lengths = Lengths(identity.Box);
            uint sum = Sum(identity.Views, identity.Constants, lengths);
            foreach (FlatView flat in identity.FlatViews)
            {
                sum = KoalaBear.Add(sum, Flat(flat, lengths, circuit.Columns[flat.Column].Dims));
            }

            Line($"identity {i}: {Box(identity.Box)}; {sum}");
        }

        for (int i = 0; i < circuit.Instances.Length; i++)
        {
            Instance instance = circuit.Instances[i];
            uint sum = Sum(instance.Views, instance.Constants, Lengths(instance.Box));
            Line($"instance {i}: {Box(instance.Box)}; {sum}; {(instance is Contraction c ? Contraction(c) : Product((Product)instance))}");
        }

        for (int i = 0; i < circuit.Matrices.Length; i++)
        {
            WeightMatrix matrix = circuit.Matrices[i];
            Line($"matrix {i}: {matrix.Operation} {(matrix.Limb switch { WeightLimb.Whole => "whole", WeightLimb.Low => "low", _ => "high" })} {matrix.Rows} {matrix.IndexBits}");
        }

        Line($"inputs {List(circuit.Inputs)}");
        Line($"outputs {List(circuit.Outputs)}");
        return text.ToString();
    }

    private static string List(IEnumerable<int> numbers) => string.Join(',', numbers);

    private static string Table(ProofTable table) => table switch
    {
        RangeTable t => $"Range {t.Length}",
        ClampTable t => $"Clamp {t.Before},{t.Width},{t.After}",
        ClassTable t => $"Class {t.Lowest},{t.Highest}",
        SlicesTable t => $"Slices {t.LowBits},{t.Width}",
        ReluTable t => $"Relu {t.MagnitudeBits}",
        StepTable t => $"Step {t.MagnitudeBits}",
        MapTable t => $"Map {t.Number},{t.Lowest}",
        _ => throw new ArgumentException("an unknown table", nameof(table)),
    };

    private static string Box(ImmutableArray<BoxAxis> box) => string.Join(", ", box.Select(axis => $"{axis.Length} {axis.Pool} {axis.Groups}"));

    private static string Contraction(Contraction c)
    {
        static string Window(Window w) => $"{w.Dim} {w.Taps} {w.Stride} {w.Dilation} {w.Pad}";
        return $"contraction column {c.Column} channels {(c.Flat ? "flat" : $"{c.ChannelDim}")} {c.Groups} {c.ChannelsPerGroup} {c.RowsPerGroup} "
            + $"y {Window(c.Y)} x {Window(c.X)} bits {c.YBits} slots {List(c.BiasSlots)} matrix {c.Matrix}";
    }

    private static string Product(Product p)
    {
        static string Side(ImmutableArray<(int Column, long Coefficient)> side) => string.Join('+', side.Select(c => $"{c.Coefficient}*{c.Column}"));
        static string Only(ImmutableArray<(int Dim, int BoxAxis)> only) => string.Join(", ", only.Select(o => $"{o.Dim} {o.BoxAxis}"));
        string axes = string.Join(", ", p.Axes.Select(a => $"{a.Length} {a.DimA} {a.DimB} {a.BoxAxis}"));
        return $"product A {Side(p.A)} B {Side(p.B)} k {axes}; A {Only(p.OnlyA)}; B {Only(p.OnlyB)}";
    }

    private static ImmutableArray<int> Lengths(ImmutableArray<BoxAxis> box) => [.. box.Select(axis => axis.Length)];

    /// <summary>A number for each position along a dimension, the same everywhere.</summary>
    private static uint Mark(long a, long b, long c)
    {
        uint t = KoalaBear.From((a * 1000003) + (b * 10007) + (c * 31));
        return KoalaBear.Mul(KoalaBear.Mul(t, t), t);
    }

    private static uint Content(int column, int dim, int place) => Mark(column + 1, dim + 1, place + 1);

    private static uint Weight(int axis, int i) => Mark(0, axis + 1, i + 1);

    private static uint Total(int length, Func<int, uint> term)
    {
        uint sum = 0;
        for (int i = 0; i < length; i++)
        {
            sum = KoalaBear.Add(sum, term(i));
        }

        return sum;
    }

    private static uint Sum(ImmutableArray<View> views, ImmutableArray<ConstantTerm> constants, ImmutableArray<int> lengths) =>
        constants.Aggregate(Views(views, lengths), (sum, constant) => KoalaBear.Add(sum, Constant(constant, lengths)));

    private static uint Views(ImmutableArray<View> views, ImmutableArray<int> lengths) =>
        views.Aggregate(0u, (sum, view) => KoalaBear.Add(sum, One(view, lengths)));

    private static uint One(View view, ImmutableArray<int> lengths)
    {
        uint sum = KoalaBear.From(view.Coefficient);
        for (int d = 0; d < view.Axes.Length; d++)
        {
            AxisMap map = view.Axes[d];
            int dim = d;
            sum = KoalaBear.Mul(sum, map.BoxAxis < 0 ? Content(view.Column, d, map.Places[0]) : Total(lengths[map.BoxAxis], i =>
            {
                uint product = map.Places[i] < 0 ? 0 : KoalaBear.Mul(Weight(map.BoxAxis, i), Content(view.Column, dim, map.Places[i]));
                return map.Weights.IsEmpty ? product : KoalaBear.Mul(product, KoalaBear.From(map.Weights[i]));
            }));
        }

        for (int axis = 0; axis < lengths.Length; axis++)
        {
            int a = axis;
            sum = view.Axes.Any(map => map.BoxAxis == a) ? sum : KoalaBear.Mul(sum, Total(lengths[axis], i => Weight(a, i)));
        }

        return sum;
    }

    private static uint Constant(ConstantTerm constant, ImmutableArray<int> lengths)
    {
        uint sum = KoalaBear.From(constant.Scale);
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            ImmutableArray<long> factor = constant.Factors[axis];
            int a = axis;
            sum = KoalaBear.Mul(sum, Total(lengths[axis], i => factor.IsEmpty ? Weight(a, i) : KoalaBear.Mul(Weight(a, i), KoalaBear.From(factor[i]))));
        }

        return sum;
    }

    private static uint Flat(FlatView flat, ImmutableArray<int> lengths, ImmutableArray<int> dims)
    {
        uint sum = 0;
        int features = dims.Take(dims.Length - 1).Aggregate(1, (count, length) => count * length);
        for (int f = 0; f < features; f++)
        {
            uint product = 1;
            for (int axis = lengths.Length - 2, rest = f; axis >= 0; rest /= lengths[axis], axis--)
            {
                product = KoalaBear.Mul(product, Weight(axis, rest % lengths[axis]));
            }

            for (int d = dims.Length - 2, rest = f; d >= 0; rest /= dims[d], d--)
            {
                product = KoalaBear.Mul(product, Content(flat.Column, d, rest % dims[d]));
            }

            sum = KoalaBear.Add(sum, product);
        }

        uint batch = Total(lengths[^1], i => KoalaBear.Mul(Weight(lengths.Length - 1, i), Content(flat.Column, dims.Length - 1, i)));
        return KoalaBear.Mul(KoalaBear.From(flat.Coefficient), KoalaBear.Mul(sum, batch));
    }
}
