using System.Collections.Immutable;

namespace Assay.Node.Serving;

/// <summary>An input or output of a model: name and shape of one item (the batch dimension comes in front).</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Shape">Dimensions of one item.</param>
public sealed record TensorPort(string Name, ImmutableArray<int> Shape)
{
    /// <summary>Elements of one item.</summary>
    public int Count { get; } = Shape.Aggregate(1, static (product, d) => checked(product * d));
}
