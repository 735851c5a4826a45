using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <summary>Which values of a program are needed, and which clamps can be merged into the operation before them.</summary>
internal sealed class ProgramUses
{
    /// <summary>Readers of each value: operations whose results are needed, and outputs.</summary>
    private readonly int[] _readers;

    /// <summary>The operation's value that computes each value: itself, or the one that its clamp was merged into.</summary>
    private readonly int[] _roots;

    private readonly TensorType[] _results;

    /// <param name="keepValues">Whether somebody reads every value, so that all are needed and none is merged.</param>
    public ProgramUses(ExactProgram program, bool keepValues)
    {
        _readers = CountReaders(program, keepValues);
        _roots = [.. Enumerable.Range(0, program.ValueCount)];
        int[] origins = [.. _roots];
        _results = [.. _roots.Select(program.TypeOf)];
        for (int i = 0; i < program.Operations.Length; i++)
        {
            int value = program.Inputs.Length + i;
            if (program.Operations[i] is ReshapeOperation or TransposeOperation
                && OperandsOf(program.Operations[i])[0] is int x
                && _readers[x] == 1)
            {
                // The same elements under another shape: a clamp of them is one of their origin.
                origins[value] = origins[x];
            }

            if (IsNeeded(value)
                && program.Operations[i] is RescaleOperation { Multiplier: 1, Shift: 0 } clamp
                && _readers[clamp.X] == 1
                && origins[clamp.X] >= program.Inputs.Length
                && EndsInClamp(program.Operations[origins[clamp.X] - program.Inputs.Length]))
            {
                // clamp(clamp(v, a, b), c, d) = clamp(v, clamp(a, c, d), clamp(b, c, d)).
                int root = origins[clamp.X];
                _roots[value] = root;
                origins[value] = root;
                _results[root] = _results[root] with
                {
                    Lo = Math.Clamp(_results[root].Lo, clamp.Result.Lo, clamp.Result.Hi),
                    Hi = Math.Clamp(_results[root].Hi, clamp.Result.Lo, clamp.Result.Hi),
                };
            }
        }
    }

    /// <summary>Whether an output depends on the value.</summary>
    public bool IsNeeded(int value) => _readers[value] > 0;

    /// <summary>Whether the value is a clamp of its operand that the operand's own operation does.</summary>
    public bool IsMerged(int value) => _roots[value] != value;

    /// <summary>Shape and range of what the operation computes, merged clamps included.</summary>
    public TensorType ResultOf(int value) => _results[value];

    private static bool EndsInClamp(Operation operation) =>
        operation is LinearOperation or ConvOperation or RescaleOperation or AddOperation or AveragePoolOperation or MulOperation
            or MatMulOperation or AffineOperation or ReduceSumOperation or MaxOperation or MinOperation or DivideOperation
            or NormalizeOperation or RootSumOperation or SelectOperation or EmbeddingOperation or ConstantOperation;

    private static int[] CountReaders(ExactProgram program, bool keepValues)
    {
        int[] readers = new int[program.ValueCount];
        Array.Fill(readers, keepValues ? 1 : 0);
        foreach (ProgramOutput output in program.Outputs)
        {
            readers[output.Value]++;
        }

        for (int value = program.ValueCount - 1; value >= program.Inputs.Length; value--)
        {
            if (readers[value] > 0)
            {
                foreach (int operand in OperandsOf(program.Operations[value - program.Inputs.Length]))
                {
                    readers[operand]++;
                }
            }
        }

        return readers;
    }

    private static ImmutableArray<int> OperandsOf(Operation operation) => operation switch
    {
        LinearOperation op => [op.X],
        ConvOperation op => [op.X],
        LookupOperation op => [op.X],
        RescaleOperation op => [op.X],
        AddOperation op => [op.A, op.B],
        MaxPoolOperation op => [op.X],
        AveragePoolOperation op => [op.X],
        SoftmaxOperation op => [op.X],
        ReshapeOperation op => [op.X],
        MulOperation op => [op.A, op.B],
        MatMulOperation op => [op.A, op.B],
        AffineOperation op => [op.X],
        ReduceSumOperation op => [op.X],
        ReduceMaxOperation op => [op.X],
        MaxOperation op => [op.A, op.B],
        MinOperation op => [op.A, op.B],
        DivideOperation op => [op.A, op.B],
        NormalizeOperation op => [op.X],
        RootSumOperation op => [op.X],
        SelectOperation op => [op.Condition, op.A, op.B],
        TopKOperation op => [op.X],
        TransposeOperation op => [op.X],
        SliceOperation op => [op.X],
        GatherOperation op => [op.X],
        ConcatOperation op => op.Operands,
        PadOperation op => [op.X],
        EmbeddingOperation op => [op.X],
        ConstantOperation => [],
        _ => throw new ArgumentException("No such operation.", nameof(operation)),
    };
}
