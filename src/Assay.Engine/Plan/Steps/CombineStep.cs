using Assay.Engine.Kernels;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine.Plan.Steps;

/// <summary>An addition of two operands at the result's scale, or a rescale (the second operand multiplied by 0).</summary>
internal sealed unsafe class CombineStep<TS, TV>(
    ArenaBuffer a, ArenaBuffer b, ArenaBuffer y, short multiplierA, short multiplierB, int shift, short lo, short hi) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly int _rounding = (int)AccumulatorRule.RoundingConstant(shift);

    public override void Run(short* arena, int items) => ElementwiseKernel<TS, TV>.Combine(
        arena + a.Offset,
        arena + b.Offset,
        arena + y.Offset,
        (long)y.Count * items,
        multiplierA,
        multiplierB,
        _rounding,
        shift,
        lo,
        hi);
}
