namespace Assay.Programs;

internal static class Rescale
{
    public static short[] Run(RescaleOperation op, short[] x)
    {
        short[] y = new short[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = FixedPoint.Clamp(FixedPoint.Round((long)x[i] * op.Multiplier, op.Shift), op.Result);
        }

        return y;
    }
}
