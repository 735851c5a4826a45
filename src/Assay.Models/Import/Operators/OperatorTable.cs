using System.Collections.Frozen;

namespace Assay.Models.Import.Operators;

/// <summary>Imports one node: a null result leaves the reason in the context.</summary>
internal delegate ImportValue? OperatorImport(NodeContext node);

/// <summary>The operators that are known, and for those that aren't, what would work instead.</summary>
internal static class OperatorTable
{
    public static FrozenDictionary<string, OperatorImport> Known { get; } = new Dictionary<string, OperatorImport>
    {
        ["Abs"] = Powers.Abs,
        ["Add"] = Arithmetic.Add,
        ["And"] = Comparisons.And,
        ["ArgMax"] = TopK.ArgMax,
        ["ArgMin"] = TopK.ArgMin,
        ["AveragePool"] = Pools.AveragePool,
        ["BatchNormalization"] = BatchNormalization.Import,
        ["Cast"] = Cast.Import,
        ["CastLike"] = Cast.Like,
        ["Ceil"] = Powers.Ceil,
        ["Celu"] = Exponentials.Celu,
        ["Clip"] = Rectifiers.Clip,
        ["Concat"] = Concat.Import,
        ["Constant"] = Constants.Constant,
        ["ConstantOfShape"] = Constants.ConstantOfShape,
        ["Conv"] = Conv.Import,
        ["ConvTranspose"] = ConvTranspose.Import,
        ["DepthToSpace"] = DepthToSpace.Import,
        ["DequantizeLinear"] = Quantized.Dequantize,
        ["Div"] = Arithmetic.Div,
        ["Dropout"] = Constants.Dropout,
        ["Elu"] = Exponentials.Elu,
        ["Equal"] = Comparisons.Equal,
        ["Erf"] = Sigmoids.Erf,
        ["Exp"] = Exponentials.Exp,
        ["Expand"] = Expand.Import,
        ["Flatten"] = Reshapes.Flatten,
        ["Floor"] = Powers.Floor,
        ["GRU"] = Gru.Import,
        ["Gather"] = Gather.Import,
        ["Gelu"] = Sigmoids.Gelu,
        ["Gemm"] = Gemm.Import,
        ["GlobalAveragePool"] = Pools.GlobalAveragePool,
        ["GlobalMaxPool"] = Pools.GlobalMaxPool,
        ["Greater"] = Comparisons.Greater,
        ["GreaterOrEqual"] = Comparisons.GreaterOrEqual,
        ["GroupNormalization"] = Normalizations.GroupNormalization,
        ["HardSigmoid"] = Sigmoids.HardSigmoid,
        ["HardSwish"] = Sigmoids.HardSwish,
        ["Identity"] = Constants.Identity,
        ["If"] = If.Import,
        ["InstanceNormalization"] = Normalizations.InstanceNormalization,
        ["LSTM"] = Lstm.Import,
        ["LayerNormalization"] = Normalizations.LayerNormalization,
        ["LeakyRelu"] = Rectifiers.LeakyRelu,
        ["Less"] = Comparisons.Less,
        ["LessOrEqual"] = Comparisons.LessOrEqual,
        ["Log"] = Exponentials.Log,
        ["LogSoftmax"] = Softmaxes.LogSoftmax,
        ["LpNormalization"] = Normalizations.LpNormalization,
        ["MatMul"] = MatMul.Import,
        ["Max"] = Arithmetic.Max,
        ["MaxPool"] = Pools.MaxPool,
        ["Mean"] = Arithmetic.Mean,
        ["Min"] = Arithmetic.Min,
        ["Mish"] = Exponentials.Mish,
        ["Mul"] = Arithmetic.Mul,
        ["Neg"] = Arithmetic.Neg,
        ["Not"] = Comparisons.Not,
        ["Or"] = Comparisons.Or,
        ["PRelu"] = Rectifiers.PRelu,
        ["Pad"] = Pad.Import,
        ["Pow"] = Powers.Pow,
        ["QuantizeLinear"] = Quantized.Quantize,
        ["RMSNormalization"] = Normalizations.RmsNormalization,
        ["RNN"] = Gru.Rnn,
        ["Range"] = Constants.Range,
        ["Reciprocal"] = Powers.Reciprocal,
        ["ReduceL1"] = Reductions.L1,
        ["ReduceL2"] = Reductions.L2,
        ["ReduceLogSum"] = Reductions.LogSum,
        ["ReduceLogSumExp"] = Reductions.LogSumExp,
        ["ReduceMax"] = Reductions.Max,
        ["ReduceMean"] = Reductions.Mean,
        ["ReduceMin"] = Reductions.Min,
        ["ReduceSum"] = Reductions.Sum,
        ["ReduceSumSquare"] = Reductions.SumSquare,
        ["Relu"] = Rectifiers.Relu,
        ["Reshape"] = Reshapes.Reshape,
        ["Resize"] = Resize.Import,
        ["Round"] = Powers.Round,
        ["Selu"] = Exponentials.Selu,
        ["Shape"] = Constants.Shape,
        ["Shrink"] = Rectifiers.Shrink,
        ["Sigmoid"] = Sigmoids.Sigmoid,
        ["Sign"] = Powers.Sign,
        ["Size"] = Constants.Size,
        ["Slice"] = Slice.Import,
        ["Softmax"] = Softmaxes.Softmax,
        ["Softplus"] = Exponentials.Softplus,
        ["Softsign"] = Sigmoids.Softsign,
        ["SpaceToDepth"] = DepthToSpace.Inverse,
        ["Split"] = Slice.Split,
        ["Sqrt"] = Powers.Sqrt,
        ["Squeeze"] = Reshapes.Squeeze,
        ["Sub"] = Arithmetic.Sub,
        ["Sum"] = Arithmetic.Sum,
        ["Swish"] = Sigmoids.Swish,
        ["Tanh"] = Sigmoids.Tanh,
        ["ThresholdedRelu"] = Rectifiers.ThresholdedRelu,
        ["Tile"] = Expand.Tile,
        ["TopK"] = TopK.Import,
        ["Transpose"] = Transpose.Import,
        ["Unsqueeze"] = Reshapes.Unsqueeze,
        ["Upsample"] = Resize.Upsample,
        ["Where"] = Comparisons.Where,
        ["Xor"] = Comparisons.Xor,
    }.ToFrozenDictionary();

    /// <summary>Operators that take known operands themselves, whatever their type: they carry shapes.</summary>
    private static readonly FrozenSet<string> Layouts = FrozenSet.Create(
        "Cast", "CastLike", "Concat", "Constant", "ConstantOfShape", "Dropout", "Expand", "Flatten", "Gather", "Identity", "If", "Range", "Reshape",
        "Shape", "Size", "Slice", "Squeeze", "Transpose", "Unsqueeze");

    /// <summary>Operators that take known whole numbers themselves, without rounding and with the batch's size.</summary>
    private static readonly FrozenSet<string> Integers = FrozenSet.Create(
        "Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max", "Min", "Mul", "Neg", "Not", "Or", "Sub", "Sum", "Where", "Xor");

    /// <summary>True if the operator folds these known operands; if not, it is evaluated on them.</summary>
    public static bool FoldsItself(string onnxOperator, ReadOnlySpan<ImportValue?> known)
    {
        if (Layouts.Contains(onnxOperator))
        {
            return true;
        }

        bool integers = Integers.Contains(onnxOperator);
        foreach (ImportValue? value in known)
        {
            integers &= value?.Constant is not { IsFloat: true };
        }

        return integers;
    }

    /// <summary>The nearest thing that would work in place of an operator that isn't known.</summary>
    public static string Nearest(string onnxOperator) => onnxOperator switch
    {
        "ZipMap" or "NonMaxSuppression" or "RoiAlign" => "leave it out and do it in the client with the outputs",
        "Loop" or "Scan" or "SequenceMap" => "a model without loops: LSTM, GRU and RNN are unrolled",
        "LRN" or "MeanVarianceNormalization" => "BatchNormalization, LayerNormalization or InstanceNormalization",
        "Sin" or "Cos" or "Tan" or "Asin" or "Acos" or "Atan" or "Sinh" or "Cosh" or "Asinh" or "Acosh" or "Atanh" =>
            "do it before the model, or use Sigmoid or Tanh",
        "DFT" or "STFT" or "MelWeightMatrix" or "HannWindow" or "HammingWindow" or "BlackmanWindow" =>
            "a Conv or MatMul with constant weights that computes the spectrum",
        "DynamicQuantizeLinear" or "QLinearConv" or "QLinearMatMul" or "ConvInteger" or "MatMulInteger" =>
            "the float model before quantisation, or one with QuantizeLinear and DequantizeLinear: it is quantised here",
        "GatherElements" or "GatherND" or "ScatterElements" or "ScatterND" or "Compress" or "NonZero" or "Unique" =>
            "Gather with constant indices",
        "CumSum" or "Trilu" or "OneHot" or "EyeLike" => "a product with a constant matrix",
        "Einsum" => "Transpose and MatMul",
        "LpPool" or "GlobalLpPool" => "AveragePool or MaxPool",
        "ReduceProd" => "Log, ReduceSum and Exp",
        "Mod" => "Div, Floor, Mul and Sub",
        "RandomNormal" or "RandomUniform" or "RandomNormalLike" or "RandomUniformLike" or "Bernoulli" or "Multinomial" =>
            "random numbers as an input: a program has one answer",
        _ => $"one of the {Known.Count} operators that docs/operators.md lists",
    };
}
