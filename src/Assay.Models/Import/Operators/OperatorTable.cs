using System.Collections.Frozen;

namespace Assay.Models.Import.Operators;

/// <summary>Imports one node: a null result leaves the reason in the context.</summary>
internal delegate ImportValue? OperatorImport(NodeContext node);

/// <summary>The operators that are known, and for those that aren't, what would work instead.</summary>
internal static class OperatorTable
{
    public static FrozenDictionary<string, OperatorImport> Known { get; } = new Dictionary<string, OperatorImport>
    {
        ["Add"] = ArithmeticOperators.Add,
        ["AveragePool"] = WindowOperators.AveragePool,
        ["BatchNormalization"] = ArithmeticOperators.BatchNormalization,
        ["Cast"] = ShapeOperators.Cast,
        ["Clip"] = ElementOperators.Clip,
        ["Concat"] = FoldedOperators.Concat,
        ["Constant"] = FoldedOperators.Constant,
        ["ConstantOfShape"] = FoldedOperators.ConstantOfShape,
        ["Conv"] = WindowOperators.Conv,
        ["Div"] = ArithmeticOperators.Div,
        ["Dropout"] = ShapeOperators.Dropout,
        ["Flatten"] = ShapeOperators.Flatten,
        ["Gather"] = FoldedOperators.Gather,
        ["Gemm"] = LinearOperators.Gemm,
        ["GlobalAveragePool"] = WindowOperators.GlobalAveragePool,
        ["GlobalMaxPool"] = WindowOperators.GlobalMaxPool,
        ["Identity"] = ShapeOperators.Identity,
        ["MatMul"] = LinearOperators.MatMul,
        ["MaxPool"] = WindowOperators.MaxPool,
        ["Mul"] = ArithmeticOperators.Mul,
        ["Neg"] = ArithmeticOperators.Neg,
        ["Pad"] = WindowOperators.Pad,
        ["Relu"] = ElementOperators.Relu,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Shape"] = ShapeOperators.Shape,
        ["Sigmoid"] = ElementOperators.Sigmoid,
        ["Slice"] = FoldedOperators.Slice,
        ["Softmax"] = ElementOperators.Softmax,
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Sub"] = ArithmeticOperators.Sub,
        ["Tanh"] = ElementOperators.Tanh,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
    }.ToFrozenDictionary();

    /// <summary>The nearest thing that would work in place of an operator that isn't known.</summary>
    public static string Nearest(string onnxOperator) => onnxOperator switch
    {
        "LeakyRelu" or "Elu" or "Selu" or "Celu" or "PRelu" or "ThresholdedRelu" or "Softplus" or "Mish" or "Gelu" or "Erf" =>
            "Relu or Clip (Relu6), and retrain",
        "HardSigmoid" or "HardSwish" or "Softsign" or "Swish" => "Sigmoid or Tanh, and retrain",
        "LogSoftmax" => "Softmax, or leave it out and let the logits be the output",
        "ArgMax" or "ArgMin" or "TopK" or "ZipMap" or "NonMaxSuppression" => "leave it out and choose among the outputs in the client",
        "LayerNormalization" or "InstanceNormalization" or "GroupNormalization" or "LRN" or "LpNormalization" or "MeanVarianceNormalization" =>
            "BatchNormalization, which is folded into its neighbours",
        "LSTM" or "GRU" or "RNN" or "Loop" or "Scan" or "If" => "a feed-forward model without control flow",
        "ConvTranspose" or "Resize" or "Upsample" or "DepthToSpace" => "a model that doesn't upsample",
        "ReduceMean" => "GlobalAveragePool",
        "ReduceMax" => "GlobalMaxPool",
        "Sum" or "Mean" => "Add of two values",
        "Pow" or "Sqrt" or "Exp" or "Log" or "Abs" or "Reciprocal" => "do it before the model, or use Sigmoid or Tanh",
        "Min" or "Max" => "Clip with constant bounds",
        "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear" or "QLinearConv" or "QLinearMatMul" or "ConvInteger" or "MatMulInteger" =>
            "the float model before quantisation: it is quantised here",
        "Split" or "GatherElements" or "GatherND" or "Expand" or "Tile" or "Where" => "a model that doesn't cut or repeat its values",
        _ => "one of " + string.Join(", ", Known.Keys.Order(StringComparer.Ordinal)),
    };
}
