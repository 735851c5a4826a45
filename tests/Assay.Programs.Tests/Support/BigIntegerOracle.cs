using System.Collections.Immutable;
using System.Numerics;

namespace Assay.Programs.Tests;

/// <summary>
/// The operations once more, in another manner: unbounded integers, coordinates instead of offsets, convolutions that
/// scatter each input instead of gathering each output, limbs apart. Asserts the accumulator rule while it runs.
/// </summary>
internal static partial class BigIntegerOracle
{
    private static readonly BigInteger Bound = (BigInteger.Pow(2, 31) - BigInteger.Pow(2, 24)) / 2;

    public static short[][] RunValues(ExactModel model, short[][] inputs)
    {
        List<short[]> values = [.. inputs];
        foreach (Operation operation in model.Program.Operations)
        {
            BigInteger[] exact = Evaluate(model, operation, values);
            values.Add([.. exact.Select(v => (short)BigInteger.Max(operation.Result.Lo, BigInteger.Min(operation.Result.Hi, v)))]);
        }

        return [.. values];
    }

    private static BigInteger[] Evaluate(ExactModel model, Operation operation, List<short[]> values) => operation switch
    {
        LinearOperation op => Linear(model, op, values[op.X]),
        ConvOperation op => Conv(model, op, values[op.X]),
        LookupOperation op => [.. values[op.X].Select(x => (BigInteger)model.Program.Tables[op.Table].Values[x - model.Program.TypeOf(op.X).Lo])],
        RescaleOperation op => [.. values[op.X].Select(x => Rounded(Bounded((BigInteger)x * op.Multiplier, op.Shift), op.Shift))],
        AddOperation op => Elementwise(model, op.Result, values, [op.A, op.B], e =>
            Rounded(Bounded((e[0] * op.MultiplierA) + (e[1] * op.MultiplierB), op.Shift), op.Shift)),
        MaxPoolOperation op => [.. Windows(model.Program.TypeOf(op.X), values[op.X], op.Result, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads)
            .Select(window => (BigInteger)window.Max())],
        AveragePoolOperation op => AveragePool(model, op, values[op.X]),
        SoftmaxOperation op => Softmax(model.Program.Tables[op.Table].Values, op, values[op.X]),
        ReshapeOperation op => [.. values[op.X].Select(x => (BigInteger)x)],
        _ => EvaluateWide(model, operation, values),
    };

    private static BigInteger[] Linear(ExactModel model, LinearOperation op, short[] x)
    {
        int[] bias = model.Weights.Elements(op.Bias);
        Limbs[] sums = [.. Enumerable.Range(0, op.Result.Count).Select(i => new Limbs(bias[i % bias.Length]))];
        int k = model.Program.Weights[op.Weights].Shape[1];
        int[] weights = model.Weights.Elements(op.Weights);
        for (int i = 0; i < x.Length; i++)
        {
            for (int n = 0; n < bias.Length; n++)
            {
                sums[(i / k * bias.Length) + n].Add(weights[(n * k) + (i % k)], x[i]);
            }
        }

        return [.. sums.Select((sum, i) => sum.Rounded(op.TwoLimbs, op.Shifts[i % bias.Length]))];
    }

    private static BigInteger[] Conv(ExactModel model, ConvOperation op, short[] x)
    {
        ImmutableArray<int> shape = model.Program.TypeOf(op.X).Shape;
        ImmutableArray<int> kernel = model.Program.Weights[op.Weights].Shape;
        ImmutableArray<int> result = op.Result.Shape;
        int[] bias = model.Weights.Elements(op.Bias);
        int[] weights = model.Weights.Elements(op.Weights);
        Limbs[,,] sums = new Limbs[result[0], result[1], result[2]];
        foreach ((int m, int y, int z) in Positions(result))
        {
            sums[m, y, z] = new Limbs(bias[m]);
        }

        int index = 0;
        foreach ((int channel, int iy, int ix) in Positions(shape))
        {
            short element = x[index++];
            int weight = 0;
            foreach ((int mc, int ky, int kx) in Positions([kernel[0] * kernel[1], kernel[2], kernel[3]]))
            {
                int m = mc / kernel[1];
                int group = m * op.Groups / kernel[0];
                int w = weights[weight++];
                if (channel != (group * kernel[1]) + (mc % kernel[1]))
                {
                    continue;
                }

                (int oy, int restY) = Math.DivRem(iy + op.Pads.Top - (ky * op.DilationY), op.StrideY);
                (int ox, int restX) = Math.DivRem(ix + op.Pads.Left - (kx * op.DilationX), op.StrideX);
                if (restY == 0 && restX == 0 && oy >= 0 && ox >= 0 && oy < result[1] && ox < result[2])
                {
                    sums[m, oy, ox].Add(w, element);
                }
            }
        }

        return [.. Positions(result).Select(p => sums[p.A, p.B, p.C].Rounded(op.TwoLimbs, op.Shifts[p.A]))];
    }

    private static BigInteger[] AveragePool(ExactModel model, AveragePoolOperation op, short[] x)
    {
        TensorType type = model.Program.TypeOf(op.X);
        short[][] windows = [.. Windows(type, x, op.Result, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads)];
        int[] counts = [.. windows.Select(window => op.CountPadding ? op.KernelY * op.KernelX : window.Length)];
        int[] ascending = [.. counts.Distinct().Order()];
        Assert.Equal(ascending.Length, op.Multipliers.Length);
        return [.. windows.Select((window, i) =>
        {
            BigInteger sum = window.Aggregate(BigInteger.Zero, (total, element) => total + element);
            return Rounded(Bounded(sum * op.Multipliers[Array.IndexOf(ascending, counts[i])], op.Shift), op.Shift);
        })];
    }

    private static BigInteger[] Softmax(ImmutableArray<short> table, SoftmaxOperation op, short[] x) =>
        [.. x.Chunk(op.Result.Shape[^1]).SelectMany(row =>
        {
            BigInteger[] exponentials = [.. row.Select(element => (BigInteger)table[row.Max() - element])];
            BigInteger sum = exponentials.Aggregate(BigInteger.Add);
            BigInteger reciprocal = FloorOver(BigInteger.Pow(2, op.ReciprocalBits), sum);
            return exponentials.Select(e => Rounded(e * reciprocal, op.Shift));
        })];

    /// <summary>The real elements of each window, windows in the order of the result.</summary>
    private static IEnumerable<short[]> Windows(
        TensorType type, short[] x, TensorType result, int kernelY, int kernelX, int strideY, int strideX, Pads pads) =>
        Positions(result.Shape).Select(p => Positions(type.Shape)
            .Zip(x)
            .Where(e => e.First.A == p.A
                && e.First.B - (p.B * strideY) + pads.Top >= 0 && e.First.B - (p.B * strideY) + pads.Top < kernelY
                && e.First.C - (p.C * strideX) + pads.Left >= 0 && e.First.C - (p.C * strideX) + pads.Left < kernelX)
            .Select(e => e.Second)
            .ToArray());

    private static IEnumerable<(int A, int B, int C)> Positions(ImmutableArray<int> shape) =>
        from a in Enumerable.Range(0, shape[0])
        from b in Enumerable.Range(0, shape[1])
        from c in Enumerable.Range(0, shape[2])
        select (a, b, c);

    /// <summary>floor(value / 2^shift + 1/2), as a fraction over twice the divisor.</summary>
    private static BigInteger Rounded(BigInteger value, int shift)
    {
        BigInteger divisor = BigInteger.Pow(2, shift);
        return FloorOver((2 * value) + divisor, 2 * divisor);
    }

    private static BigInteger FloorOver(BigInteger value, BigInteger divisor) =>
        (value - (((value % divisor) + divisor) % divisor)) / divisor;

    private static BigInteger Bounded(BigInteger value, int shift)
    {
        Assert.True(BigInteger.Abs(value) + (shift == 0 ? 0 : BigInteger.Pow(2, shift - 1)) <= Bound);
        return value;
    }

    /// <summary>A sum kept whole and in two limbs.</summary>
    private sealed class Limbs(int bias)
    {
        private BigInteger _whole = bias;
        private BigInteger _low = bias;
        private BigInteger _high;

        public void Add(int weight, short x)
        {
            int low = ((weight + 128) & 255) - 128;
            _whole += (BigInteger)weight * x;
            _low += (BigInteger)low * x;
            _high += (BigInteger)((weight - low) >> 8) * x;
        }

        public BigInteger Rounded(bool twoLimbs, int shift)
        {
            if (!twoLimbs)
            {
                return BigIntegerOracle.Rounded(Bounded(_whole, shift), shift);
            }

            BigInteger sum = Bounded(_low, shift) + (256 * Bounded(_high, 0));
            Assert.Equal(_whole, sum);
            return BigIntegerOracle.Rounded(sum, shift);
        }
    }
}
