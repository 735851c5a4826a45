using System.Collections.Immutable;

namespace Assay.Programs;

internal static class AveragePool
{
    public static short[] Run(AveragePoolOperation op, TensorType xType, short[] x)
    {
        int height = xType.Shape[1];
        int width = xType.Shape[2];
        int outHeight = op.Result.Shape[1];
        int outWidth = op.Result.Shape[2];
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            height, width, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.CountPadding);
        short[] y = new short[op.Result.Count];
        for (int c = 0; c < xType.Shape[0]; c++)
        {
            for (int oy = 0; oy < outHeight; oy++)
            {
                for (int ox = 0; ox < outWidth; ox++)
                {
                    long sum = 0;
                    int count = 0;
                    for (int ky = 0; ky < op.KernelY; ky++)
                    {
                        for (int kx = 0; kx < op.KernelX; kx++)
                        {
                            int iy = (oy * op.StrideY) - op.Pads.Top + ky;
                            int ix = (ox * op.StrideX) - op.Pads.Left + kx;
                            bool real = iy >= 0 && iy < height && ix >= 0 && ix < width;
                            sum += real ? x[(((c * height) + iy) * width) + ix] : 0;
                            count += real || op.CountPadding ? 1 : 0;
                        }
                    }

                    long scaled = op.Multipliers[counts.BinarySearch(count)] * sum;
                    y[(((c * outHeight) + oy) * outWidth) + ox] =
                        FixedPoint.Clamp(FixedPoint.Round(scaled, op.Shift), op.Result);
                }
            }
        }

        return y;
    }
}
