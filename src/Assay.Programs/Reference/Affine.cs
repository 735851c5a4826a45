namespace Assay.Programs;

internal static class Affine
{
    public static short[] Run(AffineOperation op, short[] x, WeightsBlob blob)
    {
        int[] weights = blob.Elements(op.Weights);
        int[] bias = blob.Elements(op.Bias);
        Rows rows = Rows.Along(op.Axis, op.Result.Shape);
        short[] y = new short[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int channel = i / rows.Inner % rows.Length;
            long sum = ((long)x[i] * weights[channel]) + bias[channel];
            y[i] = FixedPoint.Clamp(FixedPoint.Round(sum, op.Shifts[channel]), op.Result);
        }

        return y;
    }
}
