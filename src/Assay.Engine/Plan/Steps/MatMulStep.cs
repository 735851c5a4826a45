using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>Products of two values, matrix by matrix: the second is packed as weights are, at each run.</summary>
/// <param name="template">Rows, offsets, run, bias, shifts and range of one product.</param>
/// <param name="matrices">For each product, where its matrices are in an item of the operands.</param>
/// <param name="shape">Sizes and steps.</param>
/// <param name="packed">Scratch for the packed matrix; one is enough.</param>
internal sealed unsafe class MatMulStep<TS, TV>(
    ArenaBuffer a, ArenaBuffer b, ArenaBuffer y, ArenaBuffer packed, GemmArguments template, MatMulShape shape, (int A, int B)[] matrices) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    private readonly GemmArguments _template = template;

    public override string Name => "matmul";

    public override void Run(short* arena, int items)
    {
        GemmArguments arguments = _template;
        int panels = (shape.N + (2 * TS.Lanes) - 1) / (2 * TS.Lanes);
        arguments.Weights = (int*)(arena + packed.Offset);
        arguments.PanelStride = (nint)((shape.K + 1) / 2) * 2 * TS.Lanes;
        for (int item = 0; item < items; item++)
        {
            short* itemA = arena + a.Offset + ((nint)item * a.Count);
            short* itemB = arena + b.Offset + ((nint)item * b.Count);
            arguments.Y = arena + y.Offset + ((nint)item * y.Count);
            foreach ((int startA, int startB) in matrices)
            {
                PackKernel<TS, TV>.Pack(itemB + startB, shape.RowB, shape.ColumnB, shape.K, shape.N, arguments.Weights);
                arguments.X = itemA + startA;
                arguments.Stop = arguments.Y + ((nint)shape.M * shape.N);
                GemmKernel<TS, TV>.Multiply(in arguments, 0, panels, 0, shape.M);
                arguments.Y += (nint)shape.M * shape.N;
            }
        }
    }
}
