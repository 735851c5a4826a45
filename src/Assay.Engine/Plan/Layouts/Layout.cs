using System.Collections.Immutable;

namespace Assay.Engine.Plan.Layouts;

/// <summary>
/// Where the elements of a value are in its buffer. The row-major index of an element is read as a number of mixed radix, most
/// significant digit first, and each digit has a stride. So a reshape changes nothing, a transposition only the order of the
/// digits, and a slice only their lengths and strides: none of them moves an element.
/// </summary>
internal sealed class Layout : IEquatable<Layout>
{
    private Layout(int offset, ImmutableArray<Digit> digits)
    {
        Offset = offset;
        Digits = digits;
    }

    /// <summary>The first element.</summary>
    public int Offset { get; }

    /// <summary>No digit of length 1, and no two that are one: layouts that are the same are equal.</summary>
    public ImmutableArray<Digit> Digits { get; }

    /// <summary>Whether elements stand in order without a gap, from the buffer's beginning.</summary>
    public bool IsRowMajor => Offset == 0 && (Digits.Length == 0 || (Digits.Length == 1 && Digits[0].Stride == 1));

    public static Layout Of(int offset, IEnumerable<Digit> digits)
    {
        List<Digit> all = [];
        foreach (Digit digit in digits)
        {
            if (digit.Length == 1)
            {
                continue;
            }

            if (all.Count > 0 && all[^1].Stride == (long)digit.Length * digit.Stride)
            {
                all[^1] = new(all[^1].Length * digit.Length, digit.Stride);
            }
            else
            {
                all.Add(digit);
            }
        }

        return new(offset, [.. all]);
    }

    public static Layout RowMajor(int count) => Of(0, [new(count, 1)]);

    /// <summary>A layout without gaps whose axes stand in memory in another order.</summary>
    /// <param name="order">Each axis once, the one with the largest stride first.</param>
    public static Layout Ordered(ImmutableArray<int> shape, ReadOnlySpan<int> order)
    {
        Digit[] digits = new Digit[shape.Length];
        int stride = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            digits[order[i]] = new(shape[order[i]], stride);
            stride *= shape[order[i]];
        }

        return Of(0, digits);
    }

    /// <summary>An image [C,H,W] with channels beside each other.</summary>
    public static Layout ChannelsLast(ImageShape image) => Ordered([image.Channels, image.Height, image.Width], [1, 2, 0]);

    /// <summary>The layout without gaps and repetitions that is nearest to this one.</summary>
    public Layout Dense()
    {
        int[] strides = new int[Digits.Length];
        int stride = 1;

        // What repeats goes outside, so that the rest can be copied in one piece, unless the order is row-major anyway.
        bool ordered = Digits.Where(digit => digit.Stride != 0).Zip(Digits.Where(digit => digit.Stride != 0).Skip(1))
            .All(pair => Math.Abs(pair.First.Stride) > Math.Abs(pair.Second.Stride));
        foreach (int i in Enumerable.Range(0, strides.Length).Reverse().OrderBy(i => ordered ? 0 : Size(Digits[i].Stride)))
        {
            strides[i] = stride;
            stride *= Digits[i].Length;
        }

        return Of(0, Digits.Select((digit, i) => digit with { Stride = strides[i] }));
    }

    /// <summary>The digits of each axis of a shape with as many elements; null if an axis isn't made of whole digits.</summary>
    public Digit[][]? Axes(ImmutableArray<int> shape)
    {
        Digit[][] axes = new Digit[shape.Length][];
        Queue<Digit> rest = new(Digits);
        Digit next = default;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            List<Digit> digits = [];
            for (int left = shape[axis]; left > 1;)
            {
                next = next.Length > 1 ? next : rest.Dequeue();
                int length = Math.Min(left, next.Length);
                if (left % length != 0 || next.Length % length != 0)
                {
                    return null;
                }

                int below = next.Length / length;
                digits.Add(new(length, next.Stride * below));
                next = new(below, next.Stride);
                left /= length;
            }

            axes[axis] = [.. digits];
        }

        return axes;
    }

    /// <summary>The axes from the largest stride to the smallest; null if one of them has more than one digit.</summary>
    public int[]? Order(ImmutableArray<int> shape)
    {
        int[] axes = [.. Enumerable.Range(0, shape.Length)];
        if (IsRowMajor)
        {
            return axes;
        }

        Digit[][]? digits = Axes(shape);
        return digits is null || digits.Any(axis => axis.Length > 1)
            ? null
            : [.. axes.OrderByDescending(axis => digits[axis].Length == 0 ? int.MaxValue : Size(digits[axis][0].Stride))];
    }

    /// <summary>Where an element is.</summary>
    /// <param name="index">Its row-major index.</param>
    public int PositionOf(int index)
    {
        int position = Offset;
        for (int i = Digits.Length - 1; i >= 0; i--)
        {
            (index, int digit) = Math.DivRem(index, Digits[i].Length);
            position += digit * Digits[i].Stride;
        }

        return position;
    }

    public bool Equals(Layout? other) =>
        other is not null && Offset == other.Offset && Digits.AsSpan().SequenceEqual(other.Digits.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Layout);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Offset);
        foreach (Digit digit in Digits)
        {
            hash.Add(digit);
        }

        return hash.ToHashCode();
    }

    /// <summary>A stride's rank: repetitions are outermost.</summary>
    private static int Size(int stride) => stride == 0 ? int.MaxValue : Math.Abs(stride);
}
