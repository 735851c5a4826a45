namespace Assay.Models.Import;

/// <summary>Counts the elements of all constants of one import, also of those that folding makes.</summary>
internal sealed class ConstantBudget(long elements)
{
    public long Left { get; private set; } = elements;

    /// <summary>Takes <paramref name="count"/> elements; false, and nothing taken, if fewer are left.</summary>
    public bool TryTake(long count)
    {
        if (count > Left)
        {
            return false;
        }

        Left -= count;
        return true;
    }
}

internal static class FloatSpans
{
    public static bool ContainsAnyNotFinite(this Span<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return true;
            }
        }

        return false;
    }
}
