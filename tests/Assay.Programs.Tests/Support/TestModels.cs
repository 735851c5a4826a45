using System.Collections.Immutable;

namespace Assay.Programs.Tests;

/// <summary>Parts of small programs, so that a test shows only what it is about.</summary>
internal static class TestModels
{
    public static TensorType Type(int lo, int hi, params int[] shape) => new([.. shape], (short)lo, (short)hi);

    /// <summary>A type over all of int16.</summary>
    public static TensorType Wide(params int[] shape) => Type(-32768, 32767, shape);

    public static ProgramInput Input(string name, TensorType type, OutOfRange rule = OutOfRange.Refuse) =>
        new(name, type, null, [0.0], [1.0], rule);

    /// <summary>A model with inputs of the given types, the given operations, and the last value as its output.</summary>
    public static ExactModel Model(
        IEnumerable<TensorType> inputs,
        IEnumerable<Operation> operations,
        IEnumerable<(WeightTensor Tensor, int[] Elements)>? weights = null,
        IEnumerable<LookupTable>? tables = null)
    {
        ImmutableArray<Operation> steps = [.. operations];
        ImmutableArray<ProgramInput> declared = [.. inputs.Select((type, i) => Input($"x{i}", type))];
        (WeightTensor Tensor, int[] Elements)[] filled = [.. weights ?? []];
        ExactProgram? program = ExactProgram.Create(
            declared,
            [.. filled.Select(w => w.Tensor)],
            [.. tables ?? []],
            steps,
            [new("y", declared.Length + steps.Length - 1, 1.0)],
            out ProgramError? error);
        Assert.True(program is not null, error?.ToString());
        byte[] bytes = [.. filled.SelectMany(w => WeightsBlob.Pack(w.Tensor.Type, w.Elements))];
        WeightsBlob? blob = WeightsBlob.Create(program, bytes, out error);
        Assert.True(blob is not null, error?.ToString());
        ExactModel? model = ExactModel.Create(program, blob, out error);
        Assert.True(model is not null, error?.ToString());
        return model;
    }

    /// <summary>A weight tensor of i16 (or another type) with its elements.</summary>
    public static (WeightTensor, int[]) Weights(int[] shape, int[] elements, WeightType type = WeightType.I16) =>
        (new(type, [.. shape]), elements);

    public static (WeightTensor, int[]) Bias(params int[] elements) => (new(WeightType.I32, [elements.Length]), elements);

    /// <summary>The output of a model with one output.</summary>
    public static short[] Run(ExactModel model, params short[][] inputs) => Assert.Single(ReferenceInterpreter.Run(model, inputs));
}
