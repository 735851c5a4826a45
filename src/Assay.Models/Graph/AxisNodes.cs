using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>What a reduction gives.</summary>
internal enum Reduction
{
    Sum,
    Mean,
    Max,

    /// <summary>The square root of the sum of squares.</summary>
    EuclideanLength,
}

/// <summary>A reduction over one axis, which stays with length 1.</summary>
internal sealed class ReduceNode(string name, string onnxOperator, FloatNode x, int axis, Reduction reduction)
    : FloatNode(name, onnxOperator, x.Shape.SetItem(axis, 1))
{
    public FloatNode X { get; } = x;

    public int Axis { get; } = axis;

    public Reduction Reduction { get; } = reduction;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => X.Count;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new ReduceNode(Name, OnnxOperator, operands[0], Axis, Reduction);
}

/// <summary>
/// Over the last axis: <c>(x - mean) / sqrt(variance + epsilon)</c>, or without centring <c>x / sqrt(mean of squares + epsilon)</c>.
/// Scales and offsets behind it are nodes of their own.
/// </summary>
internal sealed class NormalizeNode(string name, string onnxOperator, FloatNode x, bool center, double epsilon)
    : FloatNode(name, onnxOperator, x.Shape)
{
    public FloatNode X { get; } = x;

    public bool Center { get; } = center;

    public double Epsilon { get; } = epsilon;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new NormalizeNode(Name, OnnxOperator, operands[0], Center, Epsilon);
}

/// <summary>
/// The k first of every row of the last axis in order of value, or their places; of equal ones, the one that stands first.
/// </summary>
internal sealed class TopKNode(string name, string onnxOperator, FloatNode x, int k, bool largest, bool indices)
    : FloatNode(name, onnxOperator, x.Shape.SetItem(x.Shape.Length - 1, k))
{
    public FloatNode X { get; } = x;

    public int K { get; } = k;

    public bool Largest { get; } = largest;

    public bool Indices { get; } = indices;

    public override ImmutableArray<FloatNode> Operands => [X];

    public override long Work => X.Count;

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new TopKNode(Name, OnnxOperator, operands[0], K, Largest, Indices);
}

/// <summary>A row of <see cref="Table"/> [V,D] for each element, which holds whole numbers 0 to V-1 (or from -V, counted from the end): shape [..,D].</summary>
internal sealed class EmbeddingNode(string name, string onnxOperator, FloatNode x, float[] table, int width)
    : FloatNode(name, onnxOperator, [.. x.Shape, width])
{
    public FloatNode X { get; } = x;

    /// <summary>V rows of D.</summary>
    public float[] Table { get; } = table;

    /// <summary>D.</summary>
    public int Width { get; } = width;

    /// <summary>V.</summary>
    public int Rows => Table.Length / Width;

    public override ImmutableArray<FloatNode> Operands => [X];

    internal override FloatNode With(ImmutableArray<FloatNode> operands) => new EmbeddingNode(Name, OnnxOperator, operands[0], Table, Width);
}
