using System.Collections.Immutable;

namespace Assay.Node.Serving;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Tensor name.</param>
/// <param name="Shape">All dimensions; -1 where any size will do, as the batch of an exact model.</param>
public sealed record TensorPort(string Name, ImmutableArray<int> Shape)
{
    /// <summary>A port of a program: the batch, then the shape of an item.</summary>
    public static TensorPort Batched(string name, ImmutableArray<int> item) => new(name, [-1, .. item]);

    /// <summary>Whether a tensor of this shape fits.</summary>
    public bool Takes(ImmutableArray<int> shape)
    {
        bool fits = shape.Length == Shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = Shape[i] < 0 || Shape[i] == shape[i];
        }

        return fits;
    }

    /// <summary>For people: <c>'x' FP32 [n,3,any]</c>.</summary>
    public override string ToString() => $"'{Name}' FP32 [{string.Join(',', Shape.Select(static (dim, i) => dim >= 0 ? dim.ToString(System.Globalization.CultureInfo.InvariantCulture) : i == 0 ? "n" : "any"))}]";
}
