namespace Assay.Programs;

internal static class Normalize
{
    public static short[] Run(NormalizeOperation op, short[] x)
    {
        int n = op.Result.Shape[^1];
        short[] y = new short[x.Length];
        for (int start = 0; start < x.Length; start += n)
        {
            ReadOnlySpan<short> row = x.AsSpan(start, n);
            long[] deviations = Deviations(op, row);
            long squares = op.Epsilon;
            foreach (long d in deviations)
            {
                squares += d * d;
            }

            // r^2 * V <= 2^(2k) exactly when r^2 <= floor(2^(2k) / V); d*r is at most 2^k, because d^2 <= V.
            long root = (long)SquareRoot.Floor((UInt128.One << (2 * op.RootBits)) / (UInt128)squares);
            for (int i = 0; i < n; i++)
            {
                y[start + i] = FixedPoint.Clamp(FixedPoint.Round(deviations[i] * root, op.Shift), op.Result);
            }
        }

        return y;
    }

    private static long[] Deviations(NormalizeOperation op, ReadOnlySpan<short> row)
    {
        long sum = 0;
        foreach (short element in row)
        {
            sum += element;
        }

        long[] deviations = new long[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            deviations[i] = op.Center ? ((long)row.Length * row[i]) - sum : row[i];
        }

        return deviations;
    }
}
