using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>A declaration of a weight or bias tensor; its elements are in the weights blob.</summary>
public sealed record WeightTensor(WeightType Type, ImmutableArray<int> Shape)
{
    /// <summary>Elements.</summary>
    public int Count => Shapes.Count(Shape);

    /// <summary>Bytes of an element.</summary>
    public int ElementBytes => Type switch
    {
        WeightType.I8 => 1,
        WeightType.I16 => 2,
        _ => 4,
    };
}
