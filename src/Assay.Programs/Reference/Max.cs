namespace Assay.Programs;

internal static class Max
{
    public static short[] Run(MaxOperation op, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedPoint.Clamp(Math.Max(a[i], b[i]), op.Result);
        }

        return y;
    }
}
