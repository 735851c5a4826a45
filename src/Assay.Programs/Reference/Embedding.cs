namespace Assay.Programs;

internal static class Embedding
{
    public static short[] Run(EmbeddingOperation op, short[] x, WeightsBlob blob)
    {
        int width = op.Result.Shape[^1];
        short[] y = new short[op.Result.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int row = x[i / width];
            y[i] = FixedPoint.Clamp(blob.Element(op.Weights, (row * width) + (i % width)), op.Result);
        }

        return y;
    }
}
