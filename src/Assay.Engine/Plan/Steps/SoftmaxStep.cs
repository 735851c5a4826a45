using Assay.Engine.Kernels;
using Assay.Programs;

namespace Assay.Engine.Plan.Steps;

/// <summary>A softmax over the last axis.</summary>
internal sealed unsafe class SoftmaxStep(ArenaBuffer x, ArenaBuffer y, int length, short* table, SoftmaxOperation op) : Step
{
    private readonly int _reciprocalBits = op.ReciprocalBits;
    private readonly int _shift = op.Shift;
    private readonly short _lo = op.Result.Lo;
    private readonly short _hi = op.Result.Hi;

    public override string Name => "softmax";

    public override void Run(short* arena, int items) => LookupKernel.Softmax(
        arena + x.Offset, arena + y.Offset, (long)y.Count / length * items, length, table, _reciprocalBits, _shift, _lo, _hi);
}
