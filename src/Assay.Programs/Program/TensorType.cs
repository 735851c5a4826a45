using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>
/// What is known of a value before it is computed: its shape per item and the interval its elements lie in.
/// </summary>
/// <param name="Shape">Lengths of the axes, row-major, images as C,H,W; the batch dimension is not part of it.</param>
/// <param name="Lo">Smallest element that can occur.</param>
/// <param name="Hi">Largest element that can occur.</param>
public sealed record TensorType(ImmutableArray<int> Shape, short Lo, short Hi)
{
    /// <summary>Elements per item. Defined for types that a program was built from; others may overflow.</summary>
    public int Count => Shapes.Count(Shape);

    /// <summary>Largest magnitude of an element: what the accumulator rule calls max|x|.</summary>
    public int MaxMagnitude => Math.Max(Math.Abs((int)Lo), Math.Abs((int)Hi));

    /// <summary>Number of different integers in the range: the length of a table over it.</summary>
    public int Span => Hi - Lo + 1;

    // A record would compare the arrays by reference.
    public bool Equals(TensorType? other) =>
        other is not null && Lo == other.Lo && Hi == other.Hi && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Lo);
        hash.Add(Hi);
        foreach (int length in Shape)
        {
            hash.Add(length);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"[{Shapes.Text(Shape)}] in {Lo}..{Hi}";
}
