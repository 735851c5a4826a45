using System.Collections.Immutable;
using System.Numerics;

namespace Assay.Programs.Tests;

/// <summary>
/// The operations beyond layers: elements by their coordinates, quotients and roots by search for what their definitions ask.
/// </summary>
internal static partial class BigIntegerOracle
{
    private static BigInteger[] EvaluateWide(ExactModel model, Operation operation, List<short[]> values)
    {
        Tensor Of(int value) => new(model.Program.TypeOf(value).Shape, values[value]);

        return operation switch
        {
            MulOperation op => Elementwise(model, op.Result, values, [op.A, op.B], e => Rounded(Bounded(e[0] * e[1], op.Shift), op.Shift)),
            MaxOperation op => Elementwise(model, op.Result, values, [op.A, op.B], e => BigInteger.Max(e[0], e[1])),
            MinOperation op => Elementwise(model, op.Result, values, [op.A, op.B], e => BigInteger.Min(e[0], e[1])),
            SelectOperation op => Elementwise(
                model, op.Result, values, [op.Condition, op.A, op.B], e => e[0].IsZero ? e[2] : e[1]),
            DivideOperation op => Elementwise(model, op.Result, values, [op.A, op.B], e => Divided(e[0], e[1], op.Bits)),
            MatMulOperation op => Each(op.Result.Shape, at => Rounded(
                Bounded(
                    Sum(Enumerable.Range(0, Of(op.A).Shape[^1]).Select(k => Of(op.A)[With(at, ^1, k)] * Of(op.B)[With(at, ^2, k)])),
                    op.Shift),
                op.Shift)),
            AffineOperation op => Each(op.Result.Shape, at => Rounded(
                Bounded(
                    (Of(op.X)[at] * model.Weights.Element(op.Weights, at[op.Axis])) + model.Weights.Element(op.Bias, at[op.Axis]),
                    op.Shifts[at[op.Axis]]),
                op.Shifts[at[op.Axis]])),
            ReduceSumOperation op => Each(op.Result.Shape, at => Rounded(
                Bounded(op.Multiplier * Sum(Of(op.X).Row(at, op.Axis)), op.Shift), op.Shift)),
            ReduceMaxOperation op => Each(op.Result.Shape, at => Of(op.X).Row(at, op.Axis).Max()),
            RootSumOperation op => Each(op.Result.Shape, at => Rounded(
                Root(BigInteger.Pow(4, op.Bits) * Sum(Of(op.X).Row(at, op.Axis).Select(x => x * x)), 1), op.Shift)),
            NormalizeOperation op => Normalize(op, values[op.X]),
            TopKOperation op => TopK(op, values[op.X], Of(op.X).Shape[^1]),
            TransposeOperation op => Each(
                op.Result.Shape, at => Of(op.X)[[.. Enumerable.Range(0, at.Length).Select(axis => at[op.Permutation.IndexOf(axis)])]]),
            SliceOperation op => Each(
                op.Result.Shape, at => Of(op.X)[[.. at.Select((place, axis) => op.Starts[axis] + (place * op.Steps[axis]))]]),
            GatherOperation op => Each(op.Result.Shape, at => Of(op.X)[With(at, op.Axis, op.Indices[at[op.Axis]])]),
            ConcatOperation op => Each(op.Result.Shape, at => Concatenated([.. op.Operands.Select(Of)], op.Axis, at)),
            PadOperation op => Each(op.Result.Shape, at =>
            {
                int[] inside = [.. at.Select((place, axis) => place - op.Before[axis])];
                return inside.Where((place, axis) => place < 0 || place >= Of(op.X).Shape[axis]).Any() ? op.Value : Of(op.X)[inside];
            }),
            EmbeddingOperation op => [.. values[op.X].SelectMany(row => model.Weights.Elements(op.Weights)
                .Chunk(op.Result.Shape[^1]).ElementAt(row).Select(w => (BigInteger)w))],
            ConstantOperation op => [.. model.Weights.Elements(op.Weights).Select(w => (BigInteger)w)],
            _ => throw new ArgumentException("No such operation.", nameof(operation)),
        };
    }

    private static BigInteger[] Elementwise(
        ExactModel model, TensorType result, List<short[]> values, int[] operands, Func<BigInteger[], BigInteger> function)
    {
        Tensor[] tensors = [.. operands.Select(value => new Tensor(model.Program.TypeOf(value).Shape, values[value]))];
        return Each(result.Shape, at => function([.. tensors.Select(x => x[[.. at.Select((place, axis) => Math.Min(place, x.Shape[axis] - 1))]])]));
    }

    /// <summary>The integer y with <c>y - 1/2 &lt;= a*2^k/b &lt; y + 1/2</c>, found from the quotient towards 0.</summary>
    private static BigInteger Divided(BigInteger a, BigInteger b, int bits)
    {
        BigInteger y = (a << bits) / b;
        Assert.True(BigInteger.Abs(a << (bits + 1)) + b <= BigInteger.Pow(2, 47));
        return new[] { y - 1, y, y + 1 }.Single(q => ((2 * q) - 1) * b <= a << (bits + 1) && a << (bits + 1) < ((2 * q) + 1) * b);
    }

    private static BigInteger[] Normalize(NormalizeOperation op, short[] x) => [.. x.Chunk(op.Result.Shape[^1]).SelectMany(row =>
    {
        BigInteger sum = Sum(row.Select(element => (BigInteger)element));
        BigInteger[] deviations = [.. row.Select(element => op.Center ? (row.Length * (BigInteger)element) - sum : element)];
        BigInteger squares = op.Epsilon + Sum(deviations.Select(d => d * d));
        Assert.True(squares <= BigInteger.Pow(2, 62));
        BigInteger root = Root(BigInteger.Pow(2, 2 * op.RootBits), squares);
        Assert.All(deviations, d => Assert.True(BigInteger.Abs(d * root) <= BigInteger.Pow(2, op.RootBits)));
        return deviations.Select(d => Rounded(d * root, op.Shift));
    })];

    private static IEnumerable<BigInteger> Ranked(TopKOperation op, short[] row)
    {
        // How many stand before each: greater ones (or less), and equal ones to the left.
        int[] ranks = [.. row.Select((x, i) => row.Where((y, j) => y == x ? j < i : op.Largest ? y > x : y < x).Count())];
        return Enumerable.Range(0, op.K).Select(rank => Array.IndexOf(ranks, rank)).Select(i => (BigInteger)(op.Indices ? i : row[i]));
    }

    private static BigInteger[] TopK(TopKOperation op, short[] x, int length) => [.. x.Chunk(length).SelectMany(row => Ranked(op, row))];

    private static BigInteger Concatenated(Tensor[] operands, int axis, int[] at)
    {
        int place = at[axis];
        foreach (Tensor operand in operands)
        {
            if (place < operand.Shape[axis])
            {
                return operand[With(at, axis, place)];
            }

            place -= operand.Shape[axis];
        }

        throw new InvalidOperationException("beyond the last operand");
    }

    /// <summary>The largest r with <c>r^2 * factor &lt;= value</c>, by halving.</summary>
    private static BigInteger Root(BigInteger value, BigInteger factor)
    {
        BigInteger low = 0;
        BigInteger high = value + 1;
        while (high - low > 1)
        {
            BigInteger middle = (low + high) / 2;
            (low, high) = middle * middle * factor <= value ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static BigInteger Sum(IEnumerable<BigInteger> values) => values.Aggregate(BigInteger.Zero, BigInteger.Add);

    private static int[] With(int[] at, Index axis, int place)
    {
        int[] other = [.. at];
        other[axis] = place;
        return other;
    }

    private static BigInteger[] Each(ImmutableArray<int> shape, Func<int[], BigInteger> element)
    {
        IEnumerable<int[]> places = [[]];
        foreach (int length in shape)
        {
            places = places.SelectMany(at => Enumerable.Range(0, length).Select(i => (int[])[.. at, i]));
        }

        return [.. places.Select(element)];
    }

    /// <summary>Elements by coordinates.</summary>
    private readonly record struct Tensor(ImmutableArray<int> Shape, short[] Elements)
    {
        public BigInteger this[int[] at]
        {
            get
            {
                int index = 0;
                for (int axis = 0; axis < at.Length; axis++)
                {
                    Assert.InRange(at[axis], 0, Shape[axis] - 1);
                    index = (index * Shape[axis]) + at[axis];
                }

                return Elements[index];
            }
        }

        public IEnumerable<BigInteger> Row(int[] at, int axis)
        {
            Tensor tensor = this;
            return Enumerable.Range(0, Shape[axis]).Select(i => tensor[With(at, axis, i)]);
        }
    }
}
