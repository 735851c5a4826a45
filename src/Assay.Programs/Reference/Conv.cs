namespace Assay.Programs;

internal static class Conv
{
    public static short[] Run(ConvOperation op, TensorType xType, short[] x, WeightTensor declared, WeightsBlob blob)
    {
        int[] weights = blob.Elements(op.Weights);
        int[] bias = blob.Elements(op.Bias);
        int height = xType.Shape[1];
        int width = xType.Shape[2];
        int channelsPerGroup = declared.Shape[1];
        int kernelY = declared.Shape[2];
        int kernelX = declared.Shape[3];
        int outChannels = op.Result.Shape[0];
        int outHeight = op.Result.Shape[1];
        int outWidth = op.Result.Shape[2];
        short[] y = new short[op.Result.Count];
        for (int m = 0; m < outChannels; m++)
        {
            int group = m / (outChannels / op.Groups);
            for (int oy = 0; oy < outHeight; oy++)
            {
                for (int ox = 0; ox < outWidth; ox++)
                {
                    long sum = bias[m];
                    for (int c = 0; c < channelsPerGroup; c++)
                    {
                        for (int ky = 0; ky < kernelY; ky++)
                        {
                            for (int kx = 0; kx < kernelX; kx++)
                            {
                                int iy = (oy * op.StrideY) - op.Pads.Top + (ky * op.DilationY);
                                int ix = (ox * op.StrideX) - op.Pads.Left + (kx * op.DilationX);
                                if (iy >= 0 && iy < height && ix >= 0 && ix < width)
                                {
                                    int channel = (group * channelsPerGroup) + c;
                                    long w = weights[(((((m * channelsPerGroup) + c) * kernelY) + ky) * kernelX) + kx];
                                    sum += w * x[(((channel * height) + iy) * width) + ix];
                                }
                            }
                        }
                    }

                    y[(((m * outHeight) + oy) * outWidth) + ox] =
                        FixedPoint.Clamp(FixedPoint.Round(sum, op.Shifts[m]), op.Result);
                }
            }
        }

        return y;
    }
}
