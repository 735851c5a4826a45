namespace Assay.Programs;

internal static class Min
{
    public static short[] Run(MinOperation op, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedPoint.Clamp(Math.Min(a[i], b[i]), op.Result);
        }

        return y;
    }
}
