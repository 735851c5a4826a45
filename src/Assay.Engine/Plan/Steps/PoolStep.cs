using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>A maximum or average pool.</summary>
/// <param name="template">Everything but the operand's and the result's pointers; an average pool is one that has multipliers.</param>
internal sealed unsafe class PoolStep<TS, TV>(ArenaBuffer x, ArenaBuffer y, PoolArguments template) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly PoolArguments _template = template;

    public override string Name => _template.Multipliers is null ? "maxpool" : "avgpool";

    public override void Run(short* arena, int items)
    {
        PoolArguments a = _template;
        a.X = arena + x.Offset;
        a.Y = arena + y.Offset;
        if (a.Multipliers is null)
        {
            PoolKernel<TS, TV>.Max(in a, items);
        }
        else
        {
            PoolKernel<TS, TV>.Average(in a, items);
        }
    }
}
