using System.Collections.Immutable;

namespace Assay.OnnxRuntime;

/// <summary>Values that go into a run or come out of it, row-major.</summary>
public abstract record SessionTensor
{
    private SessionTensor(ImmutableArray<int> shape, Array values)
    {
        Shape = shape;
        Values = values;
        long count = 1;
        foreach (int dim in shape)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dim, 0, nameof(shape));
            count = checked(count * dim);
        }

        if (count != values.Length)
        {
            throw new ArgumentException("The shape doesn't have as many elements as there are values.", nameof(values));
        }
    }

    /// <summary>All dimensions.</summary>
    public ImmutableArray<int> Shape { get; }

    internal Array Values { get; }

    internal abstract ElementType Type { get; }

    /// <summary>32-bit floats.</summary>
    public sealed record Floats(ImmutableArray<int> Shape, float[] Data) : SessionTensor(Shape, Data)
    {
        internal override ElementType Type => ElementType.Float32;
    }

    /// <summary>64-bit integers.</summary>
    public sealed record Integers(ImmutableArray<int> Shape, long[] Data) : SessionTensor(Shape, Data)
    {
        internal override ElementType Type => ElementType.Int64;
    }
}
