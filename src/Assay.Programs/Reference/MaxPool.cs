namespace Assay.Programs;

internal static class MaxPool
{
    public static short[] Run(MaxPoolOperation op, TensorType xType, short[] x)
    {
        int height = xType.Shape[1];
        int width = xType.Shape[2];
        int outHeight = op.Result.Shape[1];
        int outWidth = op.Result.Shape[2];
        short[] y = new short[op.Result.Count];
        for (int c = 0; c < xType.Shape[0]; c++)
        {
            for (int oy = 0; oy < outHeight; oy++)
            {
                for (int ox = 0; ox < outWidth; ox++)
                {
                    // Every window has a real position, so the lowest short is never the result of none.
                    short max = short.MinValue;
                    for (int ky = 0; ky < op.KernelY; ky++)
                    {
                        for (int kx = 0; kx < op.KernelX; kx++)
                        {
                            int iy = (oy * op.StrideY) - op.Pads.Top + ky;
                            int ix = (ox * op.StrideX) - op.Pads.Left + kx;
                            if (iy >= 0 && iy < height && ix >= 0 && ix < width)
                            {
                                max = Math.Max(max, x[(((c * height) + iy) * width) + ix]);
                            }
                        }
                    }

                    y[(((c * outHeight) + oy) * outWidth) + ox] = max;
                }
            }
        }

        return y;
    }
}
