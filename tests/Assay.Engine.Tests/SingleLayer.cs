using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Engine.Tests;

/// <summary>Small programs with random weights, of shapes that random programs are too small for.</summary>
internal static class SingleLayer
{
    public static ExactModel Linear(int k, int n, short lo = -2048, short hi = 2047, int rows = 1, bool twoLimbs = false)
    {
        ImmutableArray<int> shape = rows == 1 ? [k] : [rows, k];
        TensorType result = new(shape.SetItem(shape.Length - 1, n), -2048, 2047);
        return Make(
            new(shape, lo, hi),
            [n, k],
            shifts => new LinearOperation(0, 0, 1, shifts, twoLimbs, result),
            twoLimbs);
    }

    public static ExactModel Conv(
        int channels, int height, int width, int m, int kernel, int stride = 1, int dilation = 1, int pad = 0, int groups = 1, bool twoLimbs = false)
    {
        int reach = ((kernel - 1) * dilation) + 1;
        TensorType result = new(
            [m, ((height + (2 * pad) - reach) / stride) + 1, ((width + (2 * pad) - reach) / stride) + 1], -1000, 2047);
        return Make(
            new([channels, height, width], -2048, 2047),
            [m, channels / groups, kernel, kernel],
            shifts => new ConvOperation(
                0, 0, 1, shifts, stride, stride, dilation, dilation, new(pad, pad, pad, pad), groups, twoLimbs, result),
            twoLimbs);
    }

    /// <summary>Both pools over the same image, a rescale and a sum, so that all run over many channels stored last.</summary>
    public static ExactModel Pools(int channels, bool countPadding)
    {
        TensorType input = new([channels, 7, 9], -2048, 2047);
        TensorType pooled = input with { Shape = [channels, 4, 5] };
        Pads pads = new(1, 1, 1, 1);
        int counts = AveragePoolOperation.PossibleCounts(7, 9, 3, 3, 2, 2, pads, countPadding).Length;
        ExactProgram program = ExactProgram.Create(
            [new("x", input, null, [0], [1], OutOfRange.Clamp)],
            [],
            [],
            [
                new MaxPoolOperation(0, 3, 3, 2, 2, pads, pooled),
                new AveragePoolOperation(
                    0, 3, 3, 2, 2, pads, countPadding, [.. Enumerable.Range(1, counts).Select(i => (short)(-1234 * i))], 13, pooled),
                new RescaleOperation(2, -321, 9, pooled),
                new AddOperation(1, 3, 777, -1999, 11, pooled),
            ],
            [new("y", 4, 0.5)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, WeightsBlob.Create(program, ReadOnlyMemory<byte>.Empty, out _)!, out _)!;
    }

    private static ExactModel Make(
        TensorType input, ImmutableArray<int> weightShape, Func<ImmutableArray<byte>, Operation> layer, bool twoLimbs)
    {
        int n = weightShape[0];
        int perChannel = weightShape.Aggregate(1, (product, length) => product * length) / n;
        Random random = new(perChannel + n);

        // Within the accumulator rule: 2^30 / 2048 magnitudes of weights per channel, or per limb.
        int largest = twoLimbs ? 32767 : (int)Math.Min(2047, 500_000L / perChannel);
        byte[] bytes =
        [
            .. WeightsBlob.Pack(WeightType.I16, [.. Enumerable.Range(0, n * perChannel).Select(_ => random.Next(-largest, largest + 1))]),
            .. WeightsBlob.Pack(WeightType.I32, [.. Enumerable.Range(0, n).Select(_ => random.Next(-100_000, 100_000))]),
        ];
        ImmutableArray<byte> shifts = [.. Enumerable.Range(0, n).Select(_ => (byte)random.Next(twoLimbs && perChannel % 2 == 0 ? 5 : 8, twoLimbs ? 20 : 14))];
        ExactProgram program = ExactProgram.Create(
            [new("x", input, null, [0], [1], OutOfRange.Clamp)],
            [new(WeightType.I16, weightShape), new(WeightType.I32, [n])],
            [],
            [layer(shifts)],
            [new("y", 1, 0.5)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, WeightsBlob.Create(program, bytes, out _)!, out error)
            ?? throw new InvalidOperationException(error!.ToString());
    }
}
