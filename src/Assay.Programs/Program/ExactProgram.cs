using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>
/// A program of <c>fixed-point/v1</c>: an exact function from integer tensors to integer tensors, without its weights.
/// </summary>
/// <remarks>
/// An instance always keeps the rules of spec/program.md, except the accumulator rule of linear layers and
/// convolutions, which needs the weights (<see cref="ExactModel.Create"/>). Values are numbered: inputs first,
/// then one per operation.
/// </remarks>
public sealed class ExactProgram
{
    private ExactProgram(
        ImmutableArray<ProgramInput> inputs,
        ImmutableArray<WeightTensor> weights,
        ImmutableArray<LookupTable> tables,
        ImmutableArray<Operation> operations,
        ImmutableArray<ProgramOutput> outputs,
        long work,
        byte[] bytes)
    {
        Inputs = inputs;
        Weights = weights;
        Tables = tables;
        Operations = operations;
        Outputs = outputs;
        Work = work;
        Bytes = bytes;
    }

    public ImmutableArray<ProgramInput> Inputs { get; }

    public ImmutableArray<WeightTensor> Weights { get; }

    public ImmutableArray<LookupTable> Tables { get; }

    public ImmutableArray<Operation> Operations { get; }

    public ImmutableArray<ProgramOutput> Outputs { get; }

    /// <summary>Number of values: inputs and operations.</summary>
    public int ValueCount => Inputs.Length + Operations.Length;

    /// <summary>Multiply-adds per item (for operations without any: one per element or window position).</summary>
    public long Work { get; }

    /// <summary>Bytes that the weights blob must have.</summary>
    public int WeightBytes => Weights.Sum(tensor => tensor.Count * tensor.ElementBytes);

    /// <summary>The canonical bytes (<see cref="ProgramCodec"/>).</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Shape and range of a value.</summary>
    /// <param name="value">0 to <see cref="ValueCount"/> - 1.</param>
    public TensorType TypeOf(int value) =>
        value < Inputs.Length ? Inputs[value].Type : Operations[value - Inputs.Length].Result;

    /// <summary>Makes a program of parts, or says which rule they break first.</summary>
    /// <param name="error">Null exactly when a program is returned.</param>
    public static ExactProgram? Create(
        ImmutableArray<ProgramInput> inputs,
        ImmutableArray<WeightTensor> weights,
        ImmutableArray<LookupTable> tables,
        ImmutableArray<Operation> operations,
        ImmutableArray<ProgramOutput> outputs,
        out ProgramError? error)
    {
        ProgramRules rules = new(inputs, weights, tables, operations, outputs);
        error = rules.Check();
        if (error is not null)
        {
            return null;
        }

        byte[] bytes = new ProgramWriter().Write(inputs, weights, tables, operations, outputs);
        if (bytes.Length > ProgramLimits.ProgramBytes)
        {
            error = new(ProgramErrorCodes.Limit, $"{bytes.Length} bytes");
            return null;
        }

        return new ExactProgram(inputs, weights, tables, operations, outputs, rules.Work, bytes);
    }
}
