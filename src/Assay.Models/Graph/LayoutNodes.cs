using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>The same elements in the same order under another shape.</summary>
internal sealed class ReshapeNode(string name, string onnxOperator, FloatNode x, ImmutableArray<int> shape) : FloatNode(name, onnxOperator, shape)
{
    public FloatNode X { get; } = x;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new ReshapeNode(Name, OnnxOperator, operands[0], Shape);
}

/// <summary>Axis i of the result is axis <see cref="Permutation"/>[i] of the operand.</summary>
internal sealed class TransposeNode(string name, string onnxOperator, FloatNode x, ImmutableArray<int> permutation)
    : FloatNode(name, onnxOperator, [.. permutation.Select(axis => x.Shape[axis])])
{
    public FloatNode X { get; } = x;

    public ImmutableArray<int> Permutation { get; } = permutation;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new TransposeNode(Name, OnnxOperator, operands[0], Permutation);
}

/// <summary><c>y[i_0,..] = x[start_0 + i_0*step_0, ..]</c>; a step of 0 repeats one place, a negative one goes backwards.</summary>
internal sealed class SliceNode(
    string name, string onnxOperator, FloatNode x, ImmutableArray<int> starts, ImmutableArray<int> steps, ImmutableArray<int> shape)
    : FloatNode(name, onnxOperator, shape)
{
    public FloatNode X { get; } = x;

    public ImmutableArray<int> Starts { get; } = starts;

    public ImmutableArray<int> Steps { get; } = steps;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new SliceNode(Name, OnnxOperator, operands[0], Starts, Steps, Shape);
}

/// <summary>The operand's places along an axis in the order of a list, which may repeat and leave out.</summary>
internal sealed class GatherNode(string name, string onnxOperator, FloatNode x, int axis, ImmutableArray<int> indices)
    : FloatNode(name, onnxOperator, x.Shape.SetItem(axis, indices.Length))
{
    public FloatNode X { get; } = x;

    public int Axis { get; } = axis;

    public ImmutableArray<int> Indices { get; } = indices;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new GatherNode(Name, OnnxOperator, operands[0], Axis, Indices);
}

/// <summary>Values one after the other along an axis; their other lengths are equal.</summary>
internal sealed class ConcatNode(string name, string onnxOperator, ImmutableArray<FloatNode> operands, int axis)
    : FloatNode(name, onnxOperator, operands[0].Shape.SetItem(axis, operands.Sum(o => o.Shape[axis])))
{
    public int Axis { get; } = axis;

    public override ImmutableArray<FloatNode> Operands { get; } = operands;

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new ConcatNode(Name, OnnxOperator, operands, Axis);
}

/// <summary>A constant before and after each axis.</summary>
internal sealed class ConstantPadNode(
    string name, string onnxOperator, FloatNode x, ImmutableArray<int> before, ImmutableArray<int> after, float value)
    : FloatNode(name, onnxOperator, [.. x.Shape.Select((length, axis) => before[axis] + length + after[axis])])
{
    public FloatNode X { get; } = x;

    public ImmutableArray<int> Before { get; } = before;

    public ImmutableArray<int> After { get; } = after;

    public float Value { get; } = value;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new ConstantPadNode(Name, OnnxOperator, operands[0], Before, After, Value);
}

/// <summary>A tensor known at import that meets a computed value.</summary>
internal sealed class ConstantNode(string name, string onnxOperator, ImmutableArray<int> shape, float[] values) : FloatNode(name, onnxOperator, shape)
{
    public float[] Values { get; } = values;

    public override ImmutableArray<FloatNode> Operands => [];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => this;
}
