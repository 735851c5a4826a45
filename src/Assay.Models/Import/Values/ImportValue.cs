using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import;

/// <summary>What a value's elements are; all are computed as numbers here, truth as 1 and 0.</summary>
internal enum ElementKind
{
    Float,
    Integer,
    Boolean,
}

/// <summary>
/// A value while a file is imported: known now, or computed per item. Exactly one of <see cref="Constant"/> and
/// <see cref="Node"/> is set.
/// </summary>
/// <param name="Constant">The known value; its shape is the full one.</param>
/// <param name="Node">The computed value.</param>
/// <param name="Item">The computed value's shape per item: the node's, or none where the node has [1] for a single number.</param>
/// <param name="Kind">What the elements are.</param>
internal sealed record ImportValue(Constant? Constant, FloatNode? Node, ImmutableArray<int> Item, ElementKind Kind)
{
    /// <summary>What QuantizeLinear quantised, where this is its result: what DequantizeLinear of the same scale gives back.</summary>
    public QuantizedGrid? Quantized { get; init; }

    public static ImportValue Of(Constant constant, ElementKind kind) => new(constant, null, constant.Shape, kind);

    public static implicit operator ImportValue?(Constant? constant) =>
        constant is null ? null : new(constant, null, constant.Shape, constant.IsFloat ? ElementKind.Float : ElementKind.Integer);

    public static implicit operator ImportValue?(FloatNode? node) => node is null ? null : new(null, node, node.Shape, ElementKind.Float);
}

/// <summary>A value on the grid of a scale and a zero point, as a float.</summary>
internal sealed record QuantizedGrid(FloatNode Node, double Scale, long ZeroPoint);
