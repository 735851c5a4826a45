using System.Collections.Immutable;
using System.Text;

namespace Assay.Programs;

/// <summary>The rules of a program that need no weights, checked in the order of the format's fields.</summary>
internal sealed class ProgramRules(
    ImmutableArray<ProgramInput> inputs,
    ImmutableArray<WeightTensor> weights,
    ImmutableArray<LookupTable> tables,
    ImmutableArray<Operation> operations,
    ImmutableArray<ProgramOutput> outputs)
{
    // Strict UTF-8: a lone surrogate has no encoding.
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    // What 32768 of it still is a finite binary32, and 1 of it a normal one.
    private const double SmallestScale = 1.0 / (1UL << 63) / (1UL << 63);
    private const double LargestScale = (double)(1UL << 63) * (1UL << 48);

    private readonly List<TensorType> _values = [];
    private readonly List<(short Min, short Max)> _tableRanges = [];
    private long _elements;

    /// <summary>Multiply-adds per item, once checked.</summary>
    public long Work { get; private set; }

    public ProgramError? Check() =>
        CheckCounts() ?? CheckInputs() ?? CheckWeights() ?? CheckTables() ?? CheckOperations() ?? CheckOutputs();

    private ProgramError? CheckCounts() =>
        inputs.Length is < 1 or > ProgramLimits.Inputs ? Limit($"{inputs.Length} inputs")
        : weights.Length > ProgramLimits.WeightTensors ? Limit($"{weights.Length} weight tensors")
        : tables.Length > ProgramLimits.Tables ? Limit($"{tables.Length} tables")
        : operations.Length > ProgramLimits.Operations ? Limit($"{operations.Length} operations")
        : outputs.Length is < 1 or > ProgramLimits.Outputs ? Limit($"{outputs.Length} outputs")
        : null;

    private ProgramError? CheckInputs()
    {
        HashSet<string> names = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            ProgramError? error = CheckName(inputs[i].Name, names) ?? CheckType(inputs[i].Type) ?? CheckBoundary(inputs[i]);
            if (error is not null)
            {
                return At($"input {i}", error);
            }
        }

        return null;
    }

    private static ProgramError? CheckBoundary(ProgramInput input)
    {
        int channels = 1;
        if (input.ChannelAxis is int axis)
        {
            if (axis < 0 || axis >= input.Type.Shape.Length)
            {
                return new(ProgramErrorCodes.Boundary, $"channel axis {axis}");
            }

            channels = input.Type.Shape[axis];
        }

        if (input.Offsets.Length != channels || input.Multipliers.Length != channels)
        {
            return new(ProgramErrorCodes.Boundary, $"{channels} offsets and multipliers are needed");
        }

        if (!input.Offsets.All(double.IsFinite) || !input.Multipliers.All(m => double.IsFinite(m) && m != 0))
        {
            return new(ProgramErrorCodes.Boundary, "an offset or multiplier isn't finite, or a multiplier is zero");
        }

        return input.Rule is OutOfRange.Refuse or OutOfRange.Clamp ? null : new(ProgramErrorCodes.Unknown, "out-of-range rule");
    }

    private ProgramError? CheckWeights()
    {
        long bytes = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i].Type is not (WeightType.I8 or WeightType.I16 or WeightType.I32))
            {
                return new(ProgramErrorCodes.Unknown, $"weight tensor {i}: element type");
            }

            if (Shapes.CountWithin(weights[i].Shape, ProgramLimits.WeightBytes) is not int count)
            {
                return BadShape($"weight tensor {i}", weights[i].Shape);
            }

            bytes += (long)count * weights[i].ElementBytes;
            if (bytes > ProgramLimits.WeightBytes)
            {
                return Limit($"weight tensor {i}: more than {ProgramLimits.WeightBytes} bytes of weights");
            }
        }

        return null;
    }

    private ProgramError? CheckTables()
    {
        long entries = 0;
        for (int i = 0; i < tables.Length; i++)
        {
            if (tables[i].Values.Length is < 1 or > 65536)
            {
                return new(ProgramErrorCodes.Table, $"table {i}: {tables[i].Values.Length} entries");
            }

            // Once per table, not per use: many operations may name a long one.
            _tableRanges.Add((tables[i].Values.Min(), tables[i].Values.Max()));
            entries += tables[i].Values.Length;
        }

        return entries > ProgramLimits.TableEntries ? Limit($"{entries} table entries") : null;
    }

    private ProgramError? CheckOperations()
    {
        foreach (ProgramInput input in inputs)
        {
            _values.Add(input.Type);
        }

        for (int i = 0; i < operations.Length; i++)
        {
            OperationRules rules = new(_values, weights, tables, _tableRanges);
            ProgramError? error = CheckType(operations[i].Result) ?? rules.Check(operations[i]);
            if (error is not null)
            {
                return At($"operation {i}", error);
            }

            Work += rules.Work;
            if (Work > ProgramLimits.Work)
            {
                return Limit($"operation {i}: more than {ProgramLimits.Work} multiply-adds per item");
            }

            _values.Add(operations[i].Result);
        }

        return null;
    }

    private ProgramError? CheckOutputs()
    {
        HashSet<string> names = [];
        for (int i = 0; i < outputs.Length; i++)
        {
            ProgramError? error = CheckName(outputs[i].Name, names);
            if (error is not null)
            {
                return At($"output {i}", error);
            }

            if (outputs[i].Value < 0 || outputs[i].Value >= _values.Count)
            {
                return new(ProgramErrorCodes.Reference, $"output {i}: value {outputs[i].Value}");
            }

            if (!(outputs[i].Scale >= SmallestScale && outputs[i].Scale <= LargestScale))
            {
                return new(ProgramErrorCodes.Boundary, $"output {i}: scale");
            }
        }

        return null;
    }

    private static ProgramError? CheckName(string name, HashSet<string> names)
    {
        int bytes;
        try
        {
            bytes = StrictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException)
        {
            return new(ProgramErrorCodes.Name, "the name isn't Unicode");
        }

        return bytes is < 1 or > ProgramLimits.NameBytes ? new(ProgramErrorCodes.Name, $"a name of {bytes} bytes")
            : !names.Add(name) ? new(ProgramErrorCodes.Name, "the name is used twice")
            : null;
    }

    private ProgramError? CheckType(TensorType type)
    {
        if (Shapes.CountWithin(type.Shape, ProgramLimits.TotalElements) is not int count)
        {
            return BadShape("value", type.Shape);
        }

        _elements += count;
        return _elements > ProgramLimits.TotalElements ? Limit($"more than {ProgramLimits.TotalElements} elements per item")
            : type.Lo > type.Hi ? new(ProgramErrorCodes.Range, $"{type.Lo}..{type.Hi}")
            : null;
    }

    private static ProgramError BadShape(string what, ImmutableArray<int> shape) =>
        shape.Length is < 1 or > ProgramLimits.Rank || shape.Any(length => length < 1)
            ? new(ProgramErrorCodes.Shape, $"{what}: [{Shapes.Text(shape)}]")
            : Limit($"{what}: [{Shapes.Text(shape)}]");

    private static ProgramError Limit(string detail) => new(ProgramErrorCodes.Limit, detail);

    private static ProgramError At(string where, ProgramError error) => error with { Detail = $"{where}: {error.Detail}" };
}
