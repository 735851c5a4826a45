namespace Assay.Programs;

internal static class Linear
{
    // Two limbs change only what an accumulator may hold: 256*acc1 + acc0 is this same sum.
    public static short[] Run(LinearOperation op, short[] x, WeightsBlob blob)
    {
        int[] weights = blob.Elements(op.Weights);
        int[] bias = blob.Elements(op.Bias);
        int n = bias.Length;
        int k = weights.Length / n;
        int rows = x.Length / k;
        short[] y = new short[rows * n];
        for (int row = 0; row < rows; row++)
        {
            for (int channel = 0; channel < n; channel++)
            {
                long sum = bias[channel];
                for (int i = 0; i < k; i++)
                {
                    sum += (long)weights[(channel * k) + i] * x[(row * k) + i];
                }

                y[(row * n) + channel] = FixedPoint.Clamp(FixedPoint.Round(sum, op.Shifts[channel]), op.Result);
            }
        }

        return y;
    }
}
