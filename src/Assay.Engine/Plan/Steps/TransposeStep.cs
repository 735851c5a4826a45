using Assay.Engine.Kernels;

namespace Assay.Engine.Plan.Steps;

/// <summary>Between channels first and channels last.</summary>
/// <param name="rows">Rows of the operand as a matrix: channels, if it has channels first.</param>
/// <param name="columns">Its columns.</param>
internal sealed unsafe class TransposeStep(ArenaBuffer x, ArenaBuffer y, int rows, int columns) : Step
{
    public override void Run(short* arena, int items)
    {
        for (int item = 0; item < items; item++)
        {
            nint at = (nint)item * x.Count;
            LayoutKernel.Transpose(arena + x.Offset + at, arena + y.Offset + at, rows, columns);
        }
    }
}
