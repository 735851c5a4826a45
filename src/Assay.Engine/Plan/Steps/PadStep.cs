using Assay.Engine.Kernels;
using Assay.Programs;

namespace Assay.Engine.Plan.Steps;

/// <summary>Puts zeros around an image stored channels last.</summary>
internal sealed unsafe class PadStep(ArenaBuffer x, ArenaBuffer y, ImageShape image, Pads pads) : Step
{
    public override string Name => "pad";

    public override void Run(short* arena, int items)
    {
        int line = image.Width * image.Channels;
        int left = pads.Left * image.Channels;
        int paddedLine = line + ((pads.Left + pads.Right) * image.Channels);
        for (int item = 0; item < items; item++)
        {
            LayoutKernel.Pad(
                arena + x.Offset + ((nint)item * x.Count),
                arena + y.Offset + ((nint)item * y.Count),
                image.Height,
                line,
                pads.Top,
                left,
                pads.Bottom,
                paddedLine);
        }
    }
}
