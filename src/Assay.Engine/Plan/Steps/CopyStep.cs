using Assay.Engine.Kernels;

namespace Assay.Engine.Plan.Steps;

/// <summary>Copies a value, or a part of it, into another layout, or into a part of a result.</summary>
/// <param name="xStart">The first element that is read.</param>
/// <param name="yStart">The first element that is written.</param>
internal sealed unsafe class CopyStep(ArenaBuffer x, int xStart, ArenaBuffer y, int yStart, Loop* loops, int count) : Step
{
    public override string Name => "copy";

    public override void Run(short* arena, int items)
    {
        for (int item = 0; item < items; item++)
        {
            CopyKernel.Copy(
                arena + x.Offset + ((nint)item * x.Count) + xStart, arena + y.Offset + ((nint)item * y.Count) + yStart, loops, count);
        }
    }
}
