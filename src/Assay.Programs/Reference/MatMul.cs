namespace Assay.Programs;

internal static class MatMul
{
    public static short[] Run(MatMulOperation op, TensorType aType, short[] a, short[] b)
    {
        int inner = aType.Shape[^1];
        int height = op.Result.Shape[^2];
        int width = op.Result.Shape[^1];
        short[] y = new short[op.Result.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int n = i % width;
            int m = i / width % height;
            int matrix = i / width / height;
            long sum = 0;
            for (int k = 0; k < inner; k++)
            {
                sum += (long)a[(((matrix * height) + m) * inner) + k] * b[(((matrix * inner) + k) * width) + n];
            }

            y[i] = FixedPoint.Clamp(FixedPoint.Round(sum, op.Shift), op.Result);
        }

        return y;
    }
}
