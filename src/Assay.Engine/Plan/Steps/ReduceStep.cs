using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>A sum, maximum or Euclidean length along an axis.</summary>
/// <param name="template">Everything but the pointers to operand and result.</param>
/// <param name="rootBits">For lengths.</param>
internal sealed unsafe class ReduceStep<TS, TV>(
    ReduceStepKind kind, ElementOperand x, ArenaBuffer y, ReduceArguments template, int rootBits) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly ReduceArguments _template = template;

    public override string Name => kind switch
    {
        ReduceStepKind.Sum => "reducesum",
        ReduceStepKind.Max => "reducemax",
        _ => "rootsum",
    };

    public override void Run(short* arena, int items)
    {
        ReduceArguments a = _template;
        for (int item = 0; item < items; item++)
        {
            a.X = x.At(arena, item);
            a.Y = arena + y.Offset + ((nint)item * y.Count);
            switch (kind)
            {
                case ReduceStepKind.Sum:
                    ReduceKernel<TS, TV>.Sum(in a);
                    break;
                case ReduceStepKind.Max:
                    ReduceKernel<TS, TV>.Max(in a);
                    break;
                default:
                    RowKernel.RootSum(in a, rootBits);
                    break;
            }
        }
    }
}
