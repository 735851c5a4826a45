namespace Assay.Programs;

internal static class Divide
{
    public static short[] Run(DivideOperation op, short[] a, short[] b)
    {
        short[] y = new short[a.Length];
        for (int i = 0; i < y.Length; i++)
        {
            long dividend = (a[i] * (1L << (op.Bits + 1))) + b[i];
            y[i] = FixedPoint.Clamp(Floor(dividend, 2L * b[i]), op.Result);
        }

        return y;
    }

    /// <summary>The quotient towards minus infinity; the divisor is positive.</summary>
    private static long Floor(long dividend, long divisor)
    {
        (long quotient, long remainder) = Math.DivRem(dividend, divisor);
        return remainder < 0 ? quotient - 1 : quotient;
    }
}
