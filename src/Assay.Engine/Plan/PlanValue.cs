using Assay.Engine.Kernels;

namespace Assay.Engine.Plan;

/// <summary>A value of the program as it is stored: row-major, or channels last where a convolution or pool made it.</summary>
/// <param name="Buffer">Its elements.</param>
/// <param name="Image">The axes if it is stored channels last (whatever the value's shape has become since), or null.</param>
internal sealed record PlanValue(ArenaBuffer Buffer, ImageShape? Image)
{
    /// <summary>Copies one item out, row-major.</summary>
    /// <param name="source">The item in an arena.</param>
    /// <param name="destination">As many elements as the buffer has.</param>
    public unsafe void CopyTo(short* source, Span<short> destination)
    {
        if (Image is { IsFlat: false } image)
        {
            fixed (short* target = destination)
            {
                LayoutKernel.Transpose(source, target, image.Height * image.Width, image.Channels);
            }
        }
        else
        {
            new ReadOnlySpan<short>(source, destination.Length).CopyTo(destination);
        }
    }
}
