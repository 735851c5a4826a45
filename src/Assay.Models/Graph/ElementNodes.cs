using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Models.Graph;

/// <summary>A function of one element.</summary>
internal sealed class FunctionNode(string name, string onnxOperator, FloatNode x, ScalarFunction function) : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    public ScalarFunction Function { get; } = function;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new FunctionNode(Name, OnnxOperator, operands[0], Function);
}

/// <summary>
/// The nearest multiple of <see cref="Step"/> (ties to even) between <c>Step*Lo</c> and <c>Step*Hi</c>: what QuantizeLinear and
/// DequantizeLinear together do. The value's scale in the program is this step, not one that calibration chooses.
/// </summary>
internal sealed class GridNode(string name, string onnxOperator, FloatNode x, double step, int lo, int hi) : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    /// <summary>Positive.</summary>
    public double Step { get; } = step;

    /// <summary>Least multiple; the zero point is subtracted already.</summary>
    public int Lo { get; } = lo;

    /// <summary>Largest multiple.</summary>
    public int Hi { get; } = hi;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new GridNode(Name, OnnxOperator, operands[0], Step, Lo, Hi);
}
