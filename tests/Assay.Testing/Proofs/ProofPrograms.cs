using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Testing.Proofs;

/// <summary>Small models that together have every operation with a proof, in shapes that are easy to get wrong.</summary>
public static class ProofPrograms
{
    /// <summary>Names, in order.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["dense", "limbs", "convolution", "depthwise", "residual", "attention", "layout", "ranks"];

    /// <summary>One of them.</summary>
    public static ExactModel Make(string name) => name switch
    {
        "dense" => Dense(),
        "limbs" => Limbs(),
        "convolution" => Convolution(),
        "depthwise" => Depthwise(),
        "residual" => Residual(),
        "attention" => Attention(),
        "layout" => Layout(),
        "ranks" => Ranks(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Random inputs of one run, an array for each input.</summary>
    public static short[][] Inputs(ExactModel model, int seed)
    {
        Random random = new(seed);
        return
        [
            .. model.Program.Inputs.Select(input => Enumerable.Range(0, input.Type.Count)
                .Select(_ => (short)random.Next(input.Type.Lo, input.Type.Hi + 1)).ToArray()),
        ];
    }

    private static ImmutableArray<byte> Shifts(byte shift, int channels) => [.. Enumerable.Repeat(shift, channels)];

    private static TensorType Type(int lo, int hi, params int[] shape) => new([.. shape], (short)lo, (short)hi);

    private static ExactModel Dense()
    {
        SmallModel model = new(1);
        int x = model.Input(-16, 15, 13);
        int first = model.Layer(8, 40, 11, 13);
        int hidden = model.Add(new LinearOperation(x, first, first + 1, Shifts(5, 11), false, Type(0, 15, 11)));
        int second = model.Layer(8, 40, 7, 11);
        int split = model.Add(new LinearOperation(hidden, second, second + 1, [3, 4, 2, 3, 5, 3, 0], false, Type(-20, 20, 7)));
        int table = model.Table(Enumerable.Range(-20, 41).Select(v => v * v / 50));
        int looked = model.Add(new LookupOperation(split, table, Type(0, 8, 7)));
        int third = model.Layer(10, 100, 5, 7);
        int logits = model.Add(new LinearOperation(looked, third, third + 1, Shifts(0, 5), false, Type(-1000, 1000, 5)));
        int best = model.Add(new TopKOperation(logits, 1, true, true, Type(0, 4, 1)));
        return model.Build(logits, best);
    }

    private static ExactModel Limbs()
    {
        SmallModel model = new(2);
        int x = model.Input(-100, 100, 9);
        int first = model.Layer(20_000, 100_000, 6, 9);
        int hidden = model.Add(new LinearOperation(x, first, first + 1, [14, 15, 16, 14, 15, 16], true, Type(-128, 127, 6)));
        int second = model.Layer(3000, 100, 3, 6);
        return model.Build(model.Add(new LinearOperation(hidden, second, second + 1, Shifts(9, 3), true, Type(-3000, 3000, 3))));
    }

    private static ExactModel Convolution()
    {
        SmallModel model = new(3);
        int x = model.Input(-8, 7, 2, 7, 5);
        int first = model.Layer(6, 20, 4, 2, 3, 2);
        int conv = model.Add(new ConvOperation(
            x, first, first + 1, Shifts(3, 4), 1, 1, 1, 1, new(1, 0, 1, 1), 1, false, Type(0, 15, 4, 7, 5)));
        int pool = model.Add(new MaxPoolOperation(conv, 3, 2, 2, 2, new(1, 1, 1, 0), Type(0, 15, 4, 4, 3)));
        int second = model.Layer(6, 20, 6, 2, 2, 2);
        int grouped = model.Add(new ConvOperation(
            pool, second, second + 1, [2, 3, 4, 2, 3, 4], 1, 2, 2, 1, new(1, 0, 1, 0), 2, false, Type(-15, 15, 6, 4, 1)));
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(4, 1, 3, 1, 2, 1, new(1, 0, 1, 0), false);
        int average = model.Add(new AveragePoolOperation(
            grouped, 3, 1, 2, 1, new(1, 0, 1, 0), false, [.. counts.Select(count => (short)(256 / count))], 8, Type(-16, 15, 6, 2, 1)));
        int flat = model.Add(new ReshapeOperation(average, Type(-16, 15, 12)));
        int third = model.Layer(10, 50, 3, 12);
        return model.Build(model.Add(new LinearOperation(flat, third, third + 1, Shifts(1, 3), false, Type(-700, 700, 3))));
    }

    private static ExactModel Depthwise()
    {
        SmallModel model = new(4);
        int x = model.Input(-30, 30, 3, 5, 5);
        int first = model.Layer(2000, 1000, 3, 1, 3, 3);
        int conv = model.Add(new ConvOperation(
            x, first, first + 1, [9, 10, 11], 2, 1, 1, 2, new(1, 2, 1, 2), 3, true, Type(-40, 40, 3, 3, 5)));
        int scale = model.Layer(20, 30, 3);
        int affine = model.Add(new AffineOperation(conv, 0, scale, scale + 1, [3, 4, 2], Type(-50, 50, 3, 3, 5)));
        int padded = model.Add(new PadOperation(affine, [0, 1, 0], [1, 0, 2], 7, Type(-50, 50, 4, 4, 7)));
        int turned = model.Add(new TransposeOperation(padded, [2, 0, 1], Type(-50, 50, 7, 4, 4)));
        return model.Build(model.Add(new AveragePoolOperation(turned, 2, 2, 2, 2, default, true, [64], 8, Type(-20, 20, 7, 2, 2))));
    }

    private static ExactModel Residual()
    {
        SmallModel model = new(5);
        int x = model.Input(-16, 15, 3, 4, 5);
        int y = model.Input(-8, 8, 3, 1, 5);
        int sum = model.Add(new AddOperation(x, y, 3, -5, 2, Type(-12, 12, 3, 4, 5)));
        int total = model.Add(new ReduceSumOperation(sum, 2, 51, 8, Type(-12, 12, 3, 4, 1)));
        int gate = model.Add(new MulOperation(sum, total, 2, Type(-25, 25, 3, 4, 5)));
        int gated = model.Add(new MulOperation(gate, gate, 3, Type(0, 50, 3, 4, 5)));
        int larger = model.Add(new MaxOperation(gated, sum, Type(-12, 50, 3, 4, 5)));
        int smaller = model.Add(new MinOperation(larger, y, Type(-7, 3, 3, 4, 5)));
        int scaled = model.Add(new RescaleOperation(smaller, -7, 1, Type(-10, 9, 3, 4, 5)));
        int top = model.Add(new ReduceMaxOperation(scaled, 1, Type(-10, 9, 3, 1, 5)));
        return model.Build(smaller, top);
    }

    private static ExactModel Attention()
    {
        SmallModel model = new(6);
        int q = model.Input(-8, 7, 2, 3, 4);
        int k = model.Input(-8, 7, 2, 5, 4);
        int turned = model.Add(new TransposeOperation(k, [0, 2, 1], Type(-8, 7, 2, 4, 5)));
        int scores = model.Add(new MatMulOperation(q, turned, 2, Type(-31, 32, 2, 3, 5)));
        int table = model.Table(Enumerable.Range(0, 64).Select(d => (int)Math.Round(255 * Math.Exp(-d / 9.0))));
        int weights = model.Add(new SoftmaxOperation(scores, table, 22, 14, Type(0, 255, 2, 3, 5)));
        return model.Build(model.Add(new MatMulOperation(weights, k, 8, Type(-8, 7, 2, 3, 4))));
    }

    private static ExactModel Layout()
    {
        SmallModel model = new(7);
        int x = model.Input(-9, 9, 3, 5, 2);
        int slice = model.Add(new SliceOperation(x, [2, 0, 1], [-1, 2, 0], Type(-9, 9, 3, 3, 3)));
        int gather = model.Add(new GatherOperation(x, 1, [4, 4, 0], Type(-9, 9, 3, 3, 2)));
        int both = model.Add(new ConcatOperation([slice, gather, slice], 2, Type(-9, 9, 3, 3, 8)));
        int shaped = model.Add(new ReshapeOperation(both, Type(-9, 9, 9, 8)));
        int flipped = model.Add(new TransposeOperation(shaped, [1, 0], Type(-9, 9, 8, 9)));
        int back = model.Add(new ReshapeOperation(flipped, Type(-9, 9, 3, 3, 8)));
        return model.Build(model.Add(new AddOperation(back, both, 1, 1, 1, Type(-9, 9, 3, 3, 8))), both);
    }

    private static ExactModel Ranks()
    {
        SmallModel model = new(8);
        int x = model.Input(-10, 10, 2, 1, 3, 1, 1, 2, 1, 5);
        int first = model.Layer(8, 10, 7, 5);
        int layer = model.Add(new LinearOperation(x, first, first + 1, Shifts(3, 7), false, Type(-20, 20, 2, 1, 3, 1, 1, 2, 1, 7)));
        int one = model.Add(new ReduceMaxOperation(layer, 3, Type(-20, 20, 2, 1, 3, 1, 1, 2, 1, 7)));
        int least = model.Add(new TopKOperation(one, 1, false, false, Type(-20, 20, 2, 1, 3, 1, 1, 2, 1, 1)));
        int sum = model.Add(new ReduceSumOperation(least, 0, 1, 0, Type(-40, 40, 1, 1, 3, 1, 1, 2, 1, 1)));
        int shaped = model.Add(new ReshapeOperation(sum, Type(-40, 40, 6)));
        int second = model.Layer(6, 5, 1, 6);
        return model.Build(model.Add(new LinearOperation(shaped, second, second + 1, [4], false, Type(-60, 60, 1))), least);
    }
}
