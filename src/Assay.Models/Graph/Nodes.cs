using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>An input; its shape is one item's.</summary>
internal sealed class InputNode(string name, ImmutableArray<int> shape) : FloatNode(name, "Input", shape)
{
    public override ImmutableArray<FloatNode> Operands => [];

    public override long Work => 0;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => this;
}

/// <summary><c>y[..,n] = bias[n] + sum_k weights[n,k] * x[..,k]</c>.</summary>
internal sealed class LinearNode(string name, string onnxOperator, FloatNode x, int outputs, float[] weights, float[] bias)
    : FloatNode(name, onnxOperator, x.Shape.SetItem(x.Shape.Length - 1, outputs))
{
    public FloatNode X { get; } = x;

    /// <summary>K, the size of the operand's last axis.</summary>
    public int InputSize => X.Shape[^1];

    /// <summary>N, the size of the result's last axis.</summary>
    public int OutputSize => Shape[^1];

    /// <summary>N rows of K.</summary>
    public float[] Weights { get; } = weights;

    /// <summary>N.</summary>
    public float[] Bias { get; } = bias;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => (long)Count * InputSize;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new LinearNode(Name, OnnxOperator, operands[0], OutputSize, Weights, Bias);
}

/// <summary>Strides, dilations and pads of a two-dimensional window; pads are added before and after each axis.</summary>
internal readonly record struct Window(
    int KernelY, int KernelX, int StrideY, int StrideX, int DilationY, int DilationX, int Top, int Left, int Bottom, int Right)
{
    /// <summary>True if the window reads positions outside its operand.</summary>
    public bool IsPadded => (Top | Left | Bottom | Right) != 0;

    /// <summary>True if no window is all padding, whatever the operand's size.</summary>
    public bool PadsLessThanKernel => Math.Max(Top, Bottom) < KernelY && Math.Max(Left, Right) < KernelX;

    /// <summary>Result rows for an operand of <paramref name="height"/> rows.</summary>
    public int Rows(int height) => (height + Top + Bottom - DilationY * (KernelY - 1) - 1) / StrideY + 1;

    /// <summary>Result columns for an operand of <paramref name="width"/> columns.</summary>
    public int Columns(int width) => (width + Left + Right - DilationX * (KernelX - 1) - 1) / StrideX + 1;
}

/// <summary>Convolution of x[C,H,W] with weights[M, C/groups, kh, kw].</summary>
internal sealed class ConvNode(string name, string onnxOperator, FloatNode x, int channels, float[] weights, float[] bias, Window window, int groups)
    : FloatNode(name, onnxOperator, [channels, window.Rows(x.Shape[1]), window.Columns(x.Shape[2])])
{
    public FloatNode X { get; } = x;

    /// <summary>M, the result's channels.</summary>
    public int Channels => Shape[0];

    /// <summary>C / groups.</summary>
    public int GroupInputs => X.Shape[0] / Groups;

    public float[] Weights { get; } = weights;

    /// <summary>M.</summary>
    public float[] Bias { get; } = bias;

    public Window Window { get; } = window;

    public int Groups { get; } = groups;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => (long)Count * GroupInputs * Window.KernelY * Window.KernelX;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new ConvNode(Name, OnnxOperator, operands[0], Channels, Weights, Bias, Window, Groups);
}

/// <summary>
/// <c>y = x * scale[c] + offset[c]</c>, c running over <see cref="Axis"/>, or one scale and offset for all if it is -1.
/// </summary>
internal sealed class AffineNode(string name, string onnxOperator, FloatNode x, int axis, float[] scale, float[] offset)
    : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    public int Axis { get; } = axis;

    public float[] Scale { get; } = scale;

    public float[] Offset { get; } = offset;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new AffineNode(Name, OnnxOperator, operands[0], Axis, Scale, Offset);
}

/// <summary><c>y = min(max(x, lo), hi)</c>: Relu and Clip; bounds may be infinite.</summary>
internal sealed class ClampNode(string name, string onnxOperator, FloatNode x, float lo, float hi) : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    public float Lo { get; } = lo;

    public float Hi { get; } = hi;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new ClampNode(Name, OnnxOperator, operands[0], Lo, Hi);
}

/// <summary>Maximum over the window's real positions of x[C,H,W]; dilations are 1.</summary>
internal sealed class MaxPoolNode(string name, string onnxOperator, FloatNode x, Window window)
    : FloatNode(name, onnxOperator, [x.Shape[0], window.Rows(x.Shape[1]), window.Columns(x.Shape[2])])
{
    public FloatNode X { get; } = x;

    public Window Window { get; } = window;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => (long)Count * Window.KernelY * Window.KernelX;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new MaxPoolNode(Name, OnnxOperator, operands[0], Window);
}

/// <summary>Average over a window of x[C,H,W]; padding counts as zeros if <see cref="CountPadding"/>, else not at all.</summary>
internal sealed class AveragePoolNode(string name, string onnxOperator, FloatNode x, Window window, bool countPadding)
    : FloatNode(name, onnxOperator, [x.Shape[0], window.Rows(x.Shape[1]), window.Columns(x.Shape[2])])
{
    public FloatNode X { get; } = x;

    public Window Window { get; } = window;

    public bool CountPadding { get; } = countPadding;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => (long)Count * Window.KernelY * Window.KernelX;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) =>
        new AveragePoolNode(Name, OnnxOperator, operands[0], Window, CountPadding);
}

/// <summary>Zeros around the planes of x[C,H,W].</summary>
internal sealed class PadNode(string name, string onnxOperator, FloatNode x, int top, int left, int bottom, int right)
    : FloatNode(name, onnxOperator, [x.Shape[0], x.Shape[1] + top + bottom, x.Shape[2] + left + right])
{
    public FloatNode X { get; } = x;

    public int Top { get; } = top;

    public int Left { get; } = left;

    public int Bottom { get; } = bottom;

    public int Right { get; } = right;

    public override ImmutableArray<FloatNode> Operands => [X];

    /// <summary>A window over the padded planes as one over the unpadded ones.</summary>
    public Window Around(Window window) => window with
    {
        Top = window.Top + Top, Left = window.Left + Left, Bottom = window.Bottom + Bottom, Right = window.Right + Right,
    };

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new PadNode(Name, OnnxOperator, operands[0], Top, Left, Bottom, Right);
}

/// <summary>Softmax over the last axis.</summary>
internal sealed class SoftmaxNode(string name, string onnxOperator, FloatNode x) : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new SoftmaxNode(Name, OnnxOperator, operands[0]);
}
