using System.Collections.Immutable;

namespace Assay.Models.Import;

/// <summary>A tensor known at import: floats, or integers (which also hold booleans and shapes).</summary>
internal sealed class Constant
{
    /// <summary>
    /// Stands for the batch's size in integer constants that are computed from shapes. Files that hold this number
    /// themselves are refused.
    /// </summary>
    public const long Batch = long.MinValue + 0x0a55a7;

    public Constant(ImmutableArray<int> shape, float[] floats)
    {
        Shape = shape;
        Floats = floats;
    }

    public Constant(ImmutableArray<int> shape, long[] integers)
    {
        Shape = shape;
        Integers = integers;
    }

    public ImmutableArray<int> Shape { get; }

    public float[]? Floats { get; }

    public long[]? Integers { get; }

    /// <summary>The range of the stored integer type: what a quantiser's zero point says about its result.</summary>
    public (long Least, long Most) IntegerRange { get; init; } = (long.MinValue, long.MaxValue);

    public int Count => Floats?.Length ?? Integers!.Length;

    public bool IsFloat => Floats is not null;

    /// <summary>The same data under another shape of the same number of elements.</summary>
    public Constant WithShape(ImmutableArray<int> shape) => Floats is null ? new(shape, Integers!) : new(shape, Floats);

    /// <summary>A constant of the same kind whose element i is this one's element <paramref name="source"/>[i].</summary>
    public Constant Pick(ImmutableArray<int> shape, int[] source)
    {
        if (Floats is not null)
        {
            float[] floats = new float[source.Length];
            for (int i = 0; i < source.Length; i++)
            {
                floats[i] = Floats[source[i]];
            }

            return new Constant(shape, floats);
        }

        long[] integers = new long[source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            integers[i] = Integers![source[i]];
        }

        return new Constant(shape, integers);
    }
}
