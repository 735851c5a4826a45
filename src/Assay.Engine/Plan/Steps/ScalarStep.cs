using Assay.Engine.Kernels;

namespace Assay.Engine.Plan.Steps;

/// <summary>An operation of up to three operands, element by element, without vectors.</summary>
/// <param name="template">Loops and range.</param>
internal sealed unsafe class ScalarStep<TOperation>(
    string name, TOperation operation, ElementOperand a, ElementOperand b, ElementOperand c, ArenaBuffer y, ElementArguments template) : Step
    where TOperation : struct, IScalarOperation
{
    private readonly ElementArguments _template = template;

    public override string Name => name;

    public override void Run(short* arena, int items)
    {
        ElementArguments arguments = _template;
        for (int item = 0; item < items; item++)
        {
            arguments.Y = arena + y.Offset + ((nint)item * y.Count);
            arguments.A = a.At(arena, item);
            arguments.B = b.At(arena, item);
            arguments.C = c.At(arena, item);
            ScalarKernel<TOperation>.Run(operation, in arguments);
        }
    }
}
