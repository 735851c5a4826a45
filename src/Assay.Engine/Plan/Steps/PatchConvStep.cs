using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>
/// A convolution whose padding would be many times its image: gathers each window into a patch instead of padding the image.
/// Slow, and right for any parameters that a program may have.
/// </summary>
/// <remarks>Safety: only positions inside the image are read; the patch has one element per weight of a channel, rounded up to even.</remarks>
internal sealed unsafe class PatchConvStep<TS, TV>(
    ArenaBuffer x, ArenaBuffer patch, ArenaBuffer y, PackedLayer layer, GemmArguments template, ConvWindow window, int groups, bool twoLimbs)
    : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly GemmArguments _template = template;

    public override string Name => "patch conv";

    public override void Run(short* arena, int items)
    {
        GemmArguments a = _template;
        int rows = y.Count / (layer.Channels * groups);
        int panelChannels = layer.Panels * 2 * TS.Lanes;
        a.X = arena + patch.Offset;
        a.PanelStride = layer.PanelStride;
        a.Channels = layer.Channels;
        a.HasHalf = layer.HasHalf;
        a.JoinsInVectors = layer.JoinsInVectors;
        for (int item = 0; item < items; item++)
        {
            short* image = arena + x.Offset + ((nint)item * x.Count);
            a.Y = arena + y.Offset + ((nint)item * y.Count);
            for (int row = 0; row < rows; row++)
            {
                a.Weights = layer.Weights;
                a.Bias = layer.Bias;
                a.Shifts = layer.Shifts;
                for (int group = 0; group < groups; group++)
                {
                    Gather(image, a.X, row / window.OutWidth, row % window.OutWidth, group);
                    if (twoLimbs && !layer.JoinsInVectors)
                    {
                        TwoLimbKernel<TS, TV>.Multiply(in a, 0, layer.Panels, 0, 1);
                    }
                    else
                    {
                        GemmKernel<TS, TV>.Multiply(in a, 0, layer.Panels, 0, 1);
                    }

                    a.Y += layer.Channels;
                    a.Weights += layer.Panels * layer.PanelStride;
                    a.Bias += panelChannels;
                    a.Shifts += panelChannels;
                }
            }
        }
    }

    /// <summary>The window's elements in the order of the weights (channel, row, column); zero outside the image.</summary>
    private void Gather(short* image, short* target, int oy, int ox, int group)
    {
        ImageShape shape = window.Image;
        int channels = shape.Channels / groups;
        for (int channel = group * channels; channel < (group + 1) * channels; channel++)
        {
            for (int ky = 0; ky < window.KernelY; ky++)
            {
                long iy = ((long)oy * window.StrideY) - window.PadTop + ((long)ky * window.DilationY);
                for (int kx = 0; kx < window.KernelX; kx++)
                {
                    long ix = ((long)ox * window.StrideX) - window.PadLeft + ((long)kx * window.DilationX);
                    bool real = iy >= 0 && iy < shape.Height && ix >= 0 && ix < shape.Width;
                    *target++ = real ? image[(((iy * shape.Width) + ix) * shape.Channels) + channel] : (short)0;
                }
            }
        }
    }
}
