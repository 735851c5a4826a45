namespace Assay.Programs;

internal static class Mul
{
    public static short[] Run(MulOperation op, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedPoint.Clamp(FixedPoint.Round((long)a[i] * b[i], op.Shift), op.Result);
        }

        return y;
    }
}
