namespace Assay.Programs;

internal static class Constant
{
    public static short[] Run(ConstantOperation op, WeightsBlob blob)
    {
        short[] y = new short[op.Result.Count];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedPoint.Clamp(blob.Element(op.Weights, i), op.Result);
        }

        return y;
    }
}
