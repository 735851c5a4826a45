using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Models.Graph;

/// <summary>A function of two or three values, element by element; axes of length 1 are repeated. The operands have equal ranks.</summary>
internal abstract class BroadcastNode : FloatNode
{
    private protected BroadcastNode(string name, string onnxOperator, params ReadOnlySpan<FloatNode> operands)
        : base(name, onnxOperator, Common(operands)) => Operands = [.. operands];

    public override ImmutableArray<FloatNode> Operands { get; }

    private static ImmutableArray<int> Common(ReadOnlySpan<FloatNode> operands)
    {
        ImmutableArray<int> shape = operands[0].Shape;
        foreach (FloatNode operand in operands[1..])
        {
            shape = Broadcast.Shape(shape, operand.Shape) ?? throw new ArgumentException("The shapes don't meet.", nameof(operands));
        }

        return shape;
    }
}

/// <summary><c>y = a + b</c>, or <c>a - b</c>.</summary>
internal sealed class AddNode(string name, string onnxOperator, FloatNode a, FloatNode b, bool subtract)
    : BroadcastNode(name, onnxOperator, a, b)
{
    public FloatNode A => Operands[0];

    public FloatNode B => Operands[1];

    public bool Subtract { get; } = subtract;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new AddNode(Name, OnnxOperator, operands[0], operands[1], Subtract);
}

/// <summary><c>y = a * b</c>.</summary>
internal sealed class MulNode(string name, string onnxOperator, FloatNode a, FloatNode b) : BroadcastNode(name, onnxOperator, a, b)
{
    public FloatNode A => Operands[0];

    public FloatNode B => Operands[1];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new MulNode(Name, OnnxOperator, operands[0], operands[1]);
}

/// <summary><c>y = a / b</c>.</summary>
internal sealed class DivideNode(string name, string onnxOperator, FloatNode a, FloatNode b) : BroadcastNode(name, onnxOperator, a, b)
{
    public FloatNode A => Operands[0];

    public FloatNode B => Operands[1];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new DivideNode(Name, OnnxOperator, operands[0], operands[1]);
}

/// <summary><c>y = max(a, b)</c>, or the minimum.</summary>
internal sealed class ExtremumNode(string name, string onnxOperator, FloatNode a, FloatNode b, bool minimum)
    : BroadcastNode(name, onnxOperator, a, b)
{
    public FloatNode A => Operands[0];

    public FloatNode B => Operands[1];

    public bool Minimum { get; } = minimum;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new ExtremumNode(Name, OnnxOperator, operands[0], operands[1], Minimum);
}

/// <summary><c>y = c != 0 ? a : b</c>.</summary>
internal sealed class SelectNode(string name, string onnxOperator, FloatNode condition, FloatNode a, FloatNode b)
    : BroadcastNode(name, onnxOperator, condition, a, b)
{
    public FloatNode Condition => Operands[0];

    public FloatNode A => Operands[1];

    public FloatNode B => Operands[2];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new SelectNode(Name, OnnxOperator, operands[0], operands[1], operands[2]);
}

/// <summary><c>y[..,m,n] = sum_k a[..,m,k] * b[..,k,n]</c>; the leading axes are equal.</summary>
internal sealed class MatMulNode(string name, string onnxOperator, FloatNode a, FloatNode b)
    : FloatNode(name, onnxOperator, a.Shape.SetItem(a.Shape.Length - 1, b.Shape[^1]))
{
    public FloatNode A { get; } = a;

    public FloatNode B { get; } = b;

    /// <summary>K.</summary>
    public int InnerSize => A.Shape[^1];

    public override ImmutableArray<FloatNode> Operands => [A, B];

    public override long Work => (long)Count * InnerSize;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new MatMulNode(Name, OnnxOperator, operands[0], operands[1]);
}
