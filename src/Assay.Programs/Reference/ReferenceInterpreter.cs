namespace Assay.Programs;

/// <summary>
/// Runs one item by the words of spec/program.md, one element after the other, in 64-bit integers (128 where the page says so). This is the
/// specification that engines and provers are held to; it is obvious rather than fast.
/// </summary>
public static class ReferenceInterpreter
{
    /// <summary>The outputs of one item, in the program's order.</summary>
    /// <param name="inputs">One array per input, of its type's count and range.</param>
    /// <exception cref="ArgumentException">An input hasn't its count or leaves its range.</exception>
    public static short[][] Run(ExactModel model, IReadOnlyList<short[]> inputs)
    {
        short[][] values = RunValues(model, inputs);
        return [.. model.Program.Outputs.Select(output => values[output.Value])];
    }

    /// <summary>Every value of one item, by number: inputs first, then one per operation.</summary>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <inheritdoc cref="Run" path="/exception"/>
    public static short[][] RunValues(ExactModel model, IReadOnlyList<short[]> inputs)
    {
        ExactProgram program = model.Program;
        CheckInputs(program, inputs);
        short[][] values = new short[program.ValueCount][];
        for (int i = 0; i < inputs.Count; i++)
        {
            // A copy: an output may be an input, and the caller owns what it gets.
            values[i] = [.. inputs[i]];
        }

        for (int i = inputs.Count; i < values.Length; i++)
        {
            values[i] = RunOperation(model, program.Operations[i - inputs.Count], values);
        }

        return values;
    }

    private static short[] RunOperation(ExactModel model, Operation operation, short[][] values)
    {
        ExactProgram program = model.Program;
        return operation switch
        {
            LinearOperation op => Linear.Run(op, values[op.X], model.Weights),
            ConvOperation op => Conv.Run(op, program.TypeOf(op.X), values[op.X], program.Weights[op.Weights], model.Weights),
            LookupOperation op => Lookup.Run(program.TypeOf(op.X), values[op.X], program.Tables[op.Table]),
            RescaleOperation op => Rescale.Run(op, values[op.X]),
            AddOperation op => Add.Run(op, Meeting(op.A), Meeting(op.B)),
            MaxPoolOperation op => MaxPool.Run(op, program.TypeOf(op.X), values[op.X]),
            AveragePoolOperation op => AveragePool.Run(op, program.TypeOf(op.X), values[op.X]),
            SoftmaxOperation op => Softmax.Run(op, values[op.X], program.Tables[op.Table]),
            ReshapeOperation op => Reshape.Run(values[op.X]),
            MulOperation op => Mul.Run(op, Meeting(op.A), Meeting(op.B)),
            MatMulOperation op => MatMul.Run(op, program.TypeOf(op.A), values[op.A], values[op.B]),
            AffineOperation op => Affine.Run(op, values[op.X], model.Weights),
            ReduceSumOperation op => ReduceSum.Run(op, program.TypeOf(op.X), values[op.X]),
            ReduceMaxOperation op => ReduceMax.Run(op, program.TypeOf(op.X), values[op.X]),
            MaxOperation op => Max.Run(op, Meeting(op.A), Meeting(op.B)),
            MinOperation op => Min.Run(op, Meeting(op.A), Meeting(op.B)),
            DivideOperation op => Divide.Run(op, Meeting(op.A), Meeting(op.B)),
            NormalizeOperation op => Normalize.Run(op, values[op.X]),
            RootSumOperation op => RootSum.Run(op, program.TypeOf(op.X), values[op.X]),
            SelectOperation op => Select.Run(op, Meeting(op.Condition), Meeting(op.A), Meeting(op.B)),
            TopKOperation op => TopK.Run(op, program.TypeOf(op.X), values[op.X]),
            TransposeOperation op => Transpose.Run(op, program.TypeOf(op.X), values[op.X]),
            SliceOperation op => Slice.Run(op, program.TypeOf(op.X), values[op.X]),
            GatherOperation op => Gather.Run(op, program.TypeOf(op.X), values[op.X]),
            ConcatOperation op => Concat.Run(op, program, values),
            PadOperation op => Pad.Run(op, program.TypeOf(op.X), values[op.X]),
            EmbeddingOperation op => Embedding.Run(op, values[op.X], model.Weights),
            ConstantOperation op => Constant.Run(op, model.Weights),
            _ => throw new ArgumentException("No such operation.", nameof(operation)),
        };

        // An operand of an operation element by element, axes of length 1 repeated.
        short[] Meeting(int value) => Strided.Repeat(values[value], program.TypeOf(value).Shape, operation.Result.Shape);
    }

    private static void CheckInputs(ExactProgram program, IReadOnlyList<short[]> inputs)
    {
        if (inputs.Count != program.Inputs.Length)
        {
            throw new ArgumentException($"{inputs.Count} inputs instead of {program.Inputs.Length}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            TensorType type = program.Inputs[i].Type;
            if (inputs[i].Length != type.Count || inputs[i].Any(x => x < type.Lo || x > type.Hi))
            {
                throw new ArgumentException($"Input {i} isn't {type}.", nameof(inputs));
            }
        }
    }
}
