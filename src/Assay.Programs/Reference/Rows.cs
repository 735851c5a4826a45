using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>
/// A shape seen along one axis: <c>Outer</c> times <c>Inner</c> rows of <c>Length</c> elements, which stand <c>Inner</c>
/// apart.
/// </summary>
internal readonly record struct Rows(int Outer, int Length, int Inner)
{
    public static Rows Along(int axis, ImmutableArray<int> shape)
    {
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }

        return new(outer, shape[axis], inner);
    }

    /// <summary>Where an element stands.</summary>
    public int At(int outer, int place, int inner) => (((outer * Length) + place) * Inner) + inner;
}
