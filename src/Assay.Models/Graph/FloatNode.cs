using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>
/// One value of a <see cref="FloatGraph"/>: an input, or an operation's single result. Shapes are per item (the batch
/// dimension is outside the graph), row-major; images are C,H,W. Nodes refer to their operands directly and are
/// compared by reference.
/// </summary>
internal abstract class FloatNode
{
    private protected FloatNode(string name, string onnxOperator, ImmutableArray<int> shape)
    {
        Name = name;
        OnnxOperator = onnxOperator;
        Shape = shape;
        Count = Shapes.Count(shape);
    }

    /// <summary>The ONNX node (or input) that this value comes from; after folding, the first of several.</summary>
    public string Name { get; }

    /// <summary>The ONNX operator's type, or "Input".</summary>
    public string OnnxOperator { get; }

    /// <summary>The shape per item.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Elements per item.</summary>
    public int Count { get; }

    /// <summary>The operands, in order.</summary>
    public abstract ImmutableArray<FloatNode> Operands { get; }

    /// <summary>The same operation on other operands of the same shapes.</summary>
    internal abstract FloatNode With(ImmutableArray<FloatNode> operands);

    /// <summary>Multiplications (or comparisons) per item; 0 for what only moves data.</summary>
    public virtual long Work => Count;
}
