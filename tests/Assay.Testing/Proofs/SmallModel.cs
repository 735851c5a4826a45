using Assay.Programs;

namespace Assay.Testing.Proofs;

/// <summary>A model put together operation by operation, with small random weights.</summary>
public sealed class SmallModel(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<ProgramInput> _inputs = [];
    private readonly List<WeightTensor> _weights = [];
    private readonly List<byte> _bytes = [];
    private readonly List<LookupTable> _tables = [];
    private readonly List<Operation> _operations = [];

    /// <summary>An input, before any operation.</summary>
    public int Input(short lo, short hi, params int[] shape)
    {
        _inputs.Add(new($"x{_inputs.Count}", new([.. shape], lo, hi), null, [0.0], [1.0], OutOfRange.Refuse));
        return _inputs.Count - 1;
    }

    /// <summary>Adds an operation.</summary>
    /// <returns>Its value.</returns>
    public int Add(Operation operation)
    {
        _operations.Add(operation);
        return _inputs.Count + _operations.Count - 1;
    }

    /// <summary>Weights of a magnitude, and biases of another.</summary>
    /// <returns>Number of the weights; that of the biases is the next.</returns>
    public int Layer(int magnitude, int bias, params int[] shape)
    {
        int count = Boxes.Count(shape);
        WeightType type = magnitude > 128 ? WeightType.I16 : WeightType.I8;
        Declare(type, shape, [.. Enumerable.Range(0, count).Select(_ => _random.Next(-magnitude, magnitude))]);
        Declare(WeightType.I32, [shape[0]], [.. Enumerable.Range(0, shape[0]).Select(_ => _random.Next(-bias, bias + 1))]);
        return _weights.Count - 2;
    }

    /// <summary>A table.</summary>
    public int Table(IEnumerable<int> values)
    {
        _tables.Add(new([.. values.Select(value => checked((short)value))]));
        return _tables.Count - 1;
    }

    /// <summary>The model with some values as outputs.</summary>
    public ExactModel Build(params int[] outputs)
    {
        ExactProgram program = ExactProgram.Create(
            [.. _inputs], [.. _weights], [.. _tables], [.. _operations],
            [.. outputs.Select((value, i) => new ProgramOutput($"y{i}", value, 1.0))], out ProgramError? error)
            ?? throw new InvalidOperationException(error!.ToString());
        WeightsBlob blob = WeightsBlob.Create(program, _bytes.ToArray(), out error) ?? throw new InvalidOperationException(error!.ToString());
        return ExactModel.Create(program, blob, out error) ?? throw new InvalidOperationException(error!.ToString());
    }

    private void Declare(WeightType type, int[] shape, int[] elements)
    {
        _weights.Add(new(type, [.. shape]));
        _bytes.AddRange(WeightsBlob.Pack(type, elements));
    }
}
