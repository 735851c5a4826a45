using System.Collections.Immutable;
using Assay.Programs;
using Assay.Testing;

namespace Assay.Engine.Tests;

/// <summary>Each operation over operands of any shape and layout, on every path: the reference's bytes.</summary>
public sealed class OperationTests
{
    private static readonly int Rounds = Deep.IsOn ? 150 : 4;

    private static readonly TensorType Any = new([1], -900, 1100);

    [Theory]
    [InlineData("add")]
    [InlineData("mul")]
    [InlineData("max")]
    [InlineData("min")]
    [InlineData("divide")]
    [InlineData("select")]
    [InlineData("affine")]
    [InlineData("linear")]
    [InlineData("matmul")]
    [InlineData("reducesum")]
    [InlineData("reducemax")]
    [InlineData("rootsum")]
    [InlineData("normalize")]
    [InlineData("topk")]
    [InlineData("embedding")]
    [InlineData("transpose")]
    [InlineData("slice")]
    [InlineData("gather")]
    [InlineData("concat")]
    [InlineData("pad")]
    [InlineData("constant")]
    [InlineData("rescale")]
    public void Operation_AnyShapeAndLayout_IsTheReferences(string name)
    {
        for (int round = 0; round < Rounds; round++)
        {
            SmallProgram program = new((round * 100) + name.Length);
            int value = Add(program, name);

            // Whoever reads the result meets its layout.
            TensorType type = program.TypeOf(value);
            int other = program.Value(type.Shape);
            TensorType sum = type with { Lo = -2000, Hi = 2000 };
            program.Add(sum, v => new AddOperation(v(value), v(other), 3, 2, 1, sum));
            Check(program.Build(), $"{name}, round {round}");
        }
    }

    private static int Add(SmallProgram p, string name)
    {
        Random random = p.Random;
        ImmutableArray<int> shape = Shape(random, random.Next(1, 5));
        int axis = random.Next(shape.Length);
        TensorType result = Any with { Shape = shape };
        switch (name)
        {
            case "add" or "mul" or "max" or "min":
                (int a, int b) = (p.Value(Thinned(random, shape)), p.Value(Thinned(random, shape)));
                result = Any with { Shape = Broadcast.Shape(p.TypeOf(a).Shape, p.TypeOf(b).Shape)!.Value };
                return p.Add(result, v => name switch
                {
                    "add" => new AddOperation(v(a), v(b), 300, -177, 6, result),
                    "mul" => new MulOperation(v(a), v(b), (byte)random.Next(0, 4), result),
                    "max" => new MaxOperation(v(a), v(b), result with { Lo = -40, Hi = 40 }),
                    _ => new MinOperation(v(a), v(b), result),
                });
            case "divide":
                (a, b) = (p.Value(Thinned(random, shape)), p.Value(Thinned(random, shape), 1, 90));
                result = Any with { Shape = Broadcast.Shape(p.TypeOf(a).Shape, p.TypeOf(b).Shape)!.Value };
                return p.Add(result, v => new DivideOperation(v(a), v(b), 5, result));
            case "select":
                int c = p.Value(Thinned(random, shape), -1, 1);
                (a, b) = (p.Value(Thinned(random, shape)), p.Value(shape));
                return p.Add(result, v => new SelectOperation(v(c), v(a), v(b), result));
            case "affine":
                a = p.Value(shape);
                int weights = p.Weights(WeightType.I16, [shape[axis]], -500, 500);
                int bias = p.Weights(WeightType.I32, [shape[axis]], -90_000, 90_000);
                ImmutableArray<byte> shifts = [.. Enumerable.Range(0, shape[axis]).Select(_ => (byte)random.Next(4, 9))];
                return p.Add(result, v => new AffineOperation(v(a), axis, weights, bias, shifts, result));
            case "linear":
                a = p.Value(shape);
                int n = random.Next(1, 40);
                weights = p.Weights(WeightType.I8, [n, shape[^1]], -128, 127);
                bias = p.Weights(WeightType.I32, [n], -9000, 9000);
                shifts = [.. Enumerable.Repeat((byte)4, n)];
                result = Any with { Shape = shape.SetItem(shape.Length - 1, n) };
                return p.Add(result, v => new LinearOperation(v(a), weights, bias, shifts, false, result));
            case "matmul":
                (int m, int k, n) = (random.Next(1, 20), random.Next(1, 20), random.Next(1, 40));
                ImmutableArray<int> leading = random.Next(2) == 0 ? [] : Shape(random, random.Next(1, 3));
                (a, b) = (p.Value([.. leading, m, k]), p.Value([.. leading, k, n]));
                result = Any with { Shape = [.. leading, m, n] };
                return p.Add(result, v => new MatMulOperation(v(a), v(b), 4, result));
            case "reducesum" or "reducemax" or "rootsum":
                a = p.Value(shape);
                result = (name == "reducemax" ? p.TypeOf(a) : Any) with { Shape = shape.SetItem(axis, 1) };
                return p.Add(result, v => name switch
                {
                    "reducesum" => new ReduceSumOperation(v(a), axis, -77, 5, result),
                    "reducemax" => new ReduceMaxOperation(v(a), axis, result),
                    _ => new RootSumOperation(v(a), axis, 3, 2, result),
                });
            case "normalize":
                a = p.Value(shape);
                return p.Add(result, v => new NormalizeOperation(v(a), random.Next(2) == 0, random.Next(1, 1000), 30, 22, result));
            case "topk":
                a = p.Value(shape, -3, 3);
                n = random.Next(1, shape[^1] + 1);
                bool places = random.Next(2) == 0;
                result = new(shape.SetItem(shape.Length - 1, n), places ? (short)0 : (short)-3, places ? (short)(shape[^1] - 1) : (short)3);
                return p.Add(result, v => new TopKOperation(v(a), n, random.Next(2) == 0, places, result));
            case "embedding":
                a = p.Value(shape, 0, 11);
                n = random.Next(1, 40);
                weights = p.Weights(WeightType.I16, [12, n], -2000, 2000);
                result = Any with { Shape = shape.Add(n) };
                return p.Add(result, v => new EmbeddingOperation(v(a), weights, result));
            case "transpose":
                a = p.Value(shape);
                int[] order = [.. Enumerable.Range(0, shape.Length)];
                random.Shuffle(order);
                result = p.TypeOf(a) with { Shape = [.. order.Select(from => shape[from])] };
                return p.Add(result, v => new TransposeOperation(v(a), [.. order], result));
            case "slice":
                a = p.Value([.. shape.Select(length => length + 1)]);
                result = p.TypeOf(a) with { Shape = shape };
                return p.Add(result, v => new SliceOperation(
                    v(a), [.. shape.Select((length, i) => i == axis ? length : 1)], [.. shape.Select((_, i) => i == axis ? -1 : 1)], result));
            case "gather":
                a = p.Value(shape);
                ImmutableArray<int> indices = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(shape[axis]))];
                result = p.TypeOf(a) with { Shape = shape.SetItem(axis, indices.Length) };
                return p.Add(result, v => new GatherOperation(v(a), axis, indices, result));
            case "concat":
                int[] operands = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => p.Value(shape.SetItem(axis, random.Next(1, 9))))];
                result = Any with { Shape = shape.SetItem(axis, operands.Sum(operand => p.TypeOf(operand).Shape[axis])) };
                return p.Add(result, v => new ConcatOperation([.. operands.Select(v)], axis, result));
            case "pad":
                a = p.Value(shape);
                ImmutableArray<int> before = [.. shape.Select(_ => random.Next(3))];
                ImmutableArray<int> after = [.. shape.Select(_ => random.Next(3))];
                result = Any with { Shape = [.. shape.Select((length, i) => before[i] + length + after[i])] };
                return p.Add(result, v => new PadOperation(v(a), before, after, -7, result));
            case "constant":
                weights = p.Weights(WeightType.I16, shape, -2000, 2000);
                return p.Add(result, _ => new ConstantOperation(weights, result));
            default:
                a = p.Value(shape);
                return p.Add(result, v => new RescaleOperation(v(a), random.Next(2) == 0 ? (short)1 : (short)-333, (byte)(random.Next(2) * 5), result));
        }
    }

    private static ImmutableArray<int> Shape(Random random, int rank) =>
        [.. Enumerable.Range(0, rank).Select(_ => random.Next(4) == 0 ? random.Next(14, 40) : random.Next(1, 9)).Select((length, i) => i > 2 ? Math.Min(length, 5) : length)];

    /// <summary>The shape with some axes of length 1.</summary>
    private static ImmutableArray<int> Thinned(Random random, ImmutableArray<int> shape)
    {
        int keep = random.Next(3);
        return [.. shape.Select(length => keep == 0 || random.Next(2) == 0 ? length : 1)];
    }

    private static void Check(ExactModel model, string where)
    {
        (short[][][] inputs, short[][][] outputs) = EngineHarness.Reference(model, RandomPrograms.InputsFor(model, 7), 7, 3);
        foreach (SimdPath path in EngineHarness.Paths)
        {
            using ExactEngine engine = ExactEngine.Compile(model, EngineHarness.Options(path, 2));
            using ExactEngine keeping = ExactEngine.Compile(model, EngineHarness.Options(path, 1) with { KeepValues = true });
            foreach (int batch in new[] { 1, 3 })
            {
                short[] expected = EngineHarness.Join(outputs, batch);
                short[] actual = new short[expected.Length];
                engine.Run(EngineHarness.Join(inputs, batch), batch, actual);
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{where}, {path}, batch {batch}");
                int value = model.Program.Outputs[0].Value;
                keeping.Run(EngineHarness.Join(inputs, batch), batch, actual, values =>
                {
                    short[] kept = new short[outputs[0][0].Length];
                    values.Read(value, values.Items - 1, kept);
                    Assert.True(kept.AsSpan().SequenceEqual(outputs[values.First + values.Items - 1][0]), $"{where}, {path}, kept");
                });
                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{where}, {path}, batch {batch}, keeping");
            }
        }
    }
}
