namespace Assay.Programs;

internal static class Select
{
    public static short[] Run(SelectOperation op, short[] condition, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedPoint.Clamp(condition[i] != 0 ? a[i] : b[i], op.Result);
        }

        return y;
    }
}
