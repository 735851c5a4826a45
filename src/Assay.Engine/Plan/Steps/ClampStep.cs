using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>A rescale by 1 without a shift: Relu, Clip.</summary>
internal sealed unsafe class ClampStep<TS, TV>(ArenaBuffer x, ArenaBuffer y, short lo, short hi) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    public override string Name => "clamp";

    public override void Run(short* arena, int items) =>
        ElementwiseKernel<TS, TV>.Clamp(arena + x.Offset, arena + y.Offset, (long)y.Count * items, lo, hi);
}
