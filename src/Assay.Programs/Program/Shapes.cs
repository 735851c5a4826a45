using System.Collections.Immutable;
using System.Globalization;

namespace Assay.Programs;

/// <summary>Arithmetic over shapes.</summary>
internal static class Shapes
{
    public static int Count(ImmutableArray<int> shape)
    {
        int count = 1;
        foreach (int length in shape)
        {
            count = checked(count * length);
        }

        return count;
    }

    /// <summary>The element count, or null where the rank, an axis or the count breaks a limit.</summary>
    public static int? CountWithin(ImmutableArray<int> shape, long limit)
    {
        if (shape.Length is < 1 or > ProgramLimits.Rank)
        {
            return null;
        }

        long count = 1;
        foreach (int length in shape)
        {
            if (length < 1)
            {
                return null;
            }

            count *= length;
            if (count > limit)
            {
                return null;
            }
        }

        return (int)count;
    }

    public static string Text(ImmutableArray<int> shape) =>
        string.Join(',', shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));
}
