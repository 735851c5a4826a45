using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>A convolution with one input and one output channel per group.</summary>
/// <param name="name">What the program calls it: a layer of one tap may be another operation.</param>
/// <param name="x">Operand, with its padding.</param>
/// <param name="y">Result, channels last.</param>
/// <param name="template">Everything but the operand's and the result's pointers and the operand's stride.</param>
internal sealed unsafe class DepthwiseStep<TS, TV>(string name, ArenaBuffer x, ArenaBuffer y, DepthwiseArguments template) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly DepthwiseArguments _template = template;

    public override string Name => name;

    public override long Work { get; } = (long)template.Rows * template.TapPairs * 2 * template.RowLength;

    public override void Run(short* arena, int items) => Multiply(arena, 0, items * _template.Rows);

    public override void RunPart(short* arena, int items, int part, int parts)
    {
        long rows = (long)items * _template.Rows;
        Multiply(arena, (int)(rows * part / parts), (int)(rows * (part + 1) / parts));
    }

    private void Multiply(short* arena, int first, int end)
    {
        DepthwiseArguments a = _template;
        a.X = arena + x.Offset;
        a.Y = arena + y.Offset;
        a.XItemStride = x.Count;
        DepthwiseKernel<TS, TV>.Multiply(in a, first, end);
    }
}
