using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Engine.Tests;

/// <summary>Builds a program operation by operation, with values that lie in memory in many ways.</summary>
internal sealed class SmallProgram(int seed)
{
    private readonly List<TensorType> _inputs = [];
    private readonly List<Func<int, Operation>> _operations = [];
    private readonly List<TensorType> _results = [];
    private readonly List<WeightTensor> _weights = [];
    private readonly List<byte> _blob = [];

    public Random Random { get; } = new(seed);

    /// <summary>Values are numbered from the operations' end, as inputs come before them in a program: negative for inputs.</summary>
    public TensorType TypeOf(int value) => value < 0 ? _inputs[-1 - value] : _results[value];

    public int Input(ImmutableArray<int> shape, short lo = -50, short hi = 60)
    {
        _inputs.Add(new(shape, lo, hi));
        return -_inputs.Count;
    }

    /// <param name="operation">Makes the operation of a function that says the program's number for a value.</param>
    public int Add(TensorType result, Func<Func<int, int>, Operation> operation)
    {
        _operations.Add(inputs => operation(value => value < 0 ? -1 - value : inputs + value));
        _results.Add(result);
        return _results.Count - 1;
    }

    public int Weights(WeightType type, ImmutableArray<int> shape, int lo, int hi)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        _weights.Add(new(type, shape));
        _blob.AddRange(WeightsBlob.Pack(type, [.. Enumerable.Range(0, count).Select(_ => Random.Next(lo, hi + 1))]));
        return _weights.Count - 1;
    }

    /// <summary>A value of a shape: an input, or one that was pooled, transposed, cut out or reshaped, so that its layout is any.</summary>
    public int Value(ImmutableArray<int> shape, short lo = -50, short hi = 60)
    {
        TensorType type = new(shape, lo, hi);
        int count = type.Count;
        switch (Random.Next(6))
        {
            case 0 when shape.Length == 3:
                return Pooled(Input(shape, lo, hi));
            case 1:
                int[] order = [.. Enumerable.Range(0, shape.Length)];
                Random.Shuffle(order);
                int x = Input([.. order.Select(axis => shape[axis])], lo, hi);
                ImmutableArray<int> back = [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))];
                return Add(type, v => new TransposeOperation(v(x), back, type));
            case 2:
                ImmutableArray<int> steps = [.. shape.Select(_ => Random.Next(-2, 4))];
                ImmutableArray<int> before = [.. shape.Select(_ => Random.Next(0, 3))];
                ImmutableArray<int> starts = [.. shape.Select((length, i) => before[i] + Math.Max(0, -steps[i] * (length - 1)))];
                int whole = Input([.. shape.Select((length, i) => before[i] + (Math.Abs(steps[i]) * (length - 1)) + 1 + Random.Next(2))], lo, hi);
                whole = shape.Length == 3 && Random.Next(2) == 0 ? Pooled(whole) : whole;
                return Add(type, v => new SliceOperation(v(whole), starts, steps, type));
            case 3:
                int channels = Enumerable.Range(1, count).Where(n => count % n == 0).MinBy(n => Math.Abs((n * n) - count));
                int image = Pooled(Input([channels, count / channels, 1], lo, hi));
                return Add(type, v => new ReshapeOperation(v(image), type));
            default:
                return Input(shape, lo, hi);
        }
    }

    public ExactModel Build()
    {
        ExactProgram program = ExactProgram.Create(
            [.. _inputs.Select((type, i) => new ProgramInput($"x{i}", type, null, [0], [1], OutOfRange.Clamp))],
            [.. _weights],
            [],
            [.. _operations.Select(operation => operation(_inputs.Count))],
            [new("y", _inputs.Count + _results.Count - 1, 1), new("all", _inputs.Count, 1)],
            out ProgramError? error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, WeightsBlob.Create(program, _blob.ToArray(), out _)!, out error)
            ?? throw new InvalidOperationException(error!.ToString());
    }

    private int Pooled(int value)
    {
        TensorType type = TypeOf(value);
        return Add(type, v => new MaxPoolOperation(v(value), 1, 1, 1, 1, Pads.None, type));
    }
}
