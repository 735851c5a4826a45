namespace Assay.Programs;

internal static class Add
{
    public static short[] Run(AddOperation op, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            long sum = ((long)a[i] * op.MultiplierA) + ((long)b[i] * op.MultiplierB);
            y[i] = FixedPoint.Clamp(FixedPoint.Round(sum, op.Shift), op.Result);
        }

        return y;
    }
}
