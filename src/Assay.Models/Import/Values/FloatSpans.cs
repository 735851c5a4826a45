namespace Assay.Models.Import;

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
