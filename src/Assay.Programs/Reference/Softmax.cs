namespace Assay.Programs;

internal static class Softmax
{
    public static short[] Run(SoftmaxOperation op, short[] x, LookupTable table)
    {
        int length = op.Result.Shape[^1];
        short[] y = new short[x.Length];
        for (int start = 0; start < x.Length; start += length)
        {
            short max = short.MinValue;
            for (int i = start; i < start + length; i++)
            {
                max = Math.Max(max, x[i]);
            }

            long sum = 0;
            for (int i = start; i < start + length; i++)
            {
                sum += table.Values[max - x[i]];
            }

            // At least one element is the maximum and T[0] >= 1, so the sum isn't zero.
            long reciprocal = (1L << op.ReciprocalBits) / sum;
            for (int i = start; i < start + length; i++)
            {
                long product = table.Values[max - x[i]] * reciprocal;
                y[i] = FixedPoint.Clamp(FixedPoint.Round(product, op.Shift), op.Result);
            }
        }

        return y;
    }
}
