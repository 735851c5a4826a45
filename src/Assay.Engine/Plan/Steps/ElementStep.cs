using Assay.Engine.Kernels;
using Assay.Engine.Simd;

namespace Assay.Engine.Plan.Steps;

/// <summary>An operation of two operands, element by element, in vectors.</summary>
/// <param name="template">Loops and range; the operands' and the result's pointers are their first elements in an item.</param>
internal sealed unsafe class ElementStep<TS, TV, TOperation>(
    string name, TOperation operation, ElementOperand a, ElementOperand b, ArenaBuffer y, ElementArguments template) : Step
    where TS : struct, ISimd<TV>
    where TV : unmanaged
    where TOperation : struct, IElementOperation<TS, TV>
{
    private readonly ElementArguments _template = template;

    /// <summary>Whether items follow each other as elements do, in all three buffers.</summary>
    private readonly bool _flat = IsFlat(template, a, b, y);

    public override string Name => name;

    public override void Run(short* arena, int items)
    {
        ElementArguments arguments = _template;
        if (_flat)
        {
            Loop all = new() { Length = y.Count * items, Y = 1, A = 1, B = 1 };
            arguments.Loops = &all;
            arguments.Count = 1;
            items = 1;
        }

        for (int item = 0; item < items; item++)
        {
            arguments.Y = arena + y.Offset + ((nint)item * y.Count);
            arguments.A = a.At(arena, item);
            arguments.B = b.At(arena, item);
            BroadcastKernel<TS, TV, TOperation>.Run(operation, in arguments);
        }
    }

    private static bool IsFlat(in ElementArguments template, ElementOperand a, ElementOperand b, ArenaBuffer y) =>
        template.Count == 1 && template.Loops[0] is { A: 1, B: 1 }
        && a.Buffer.Count == y.Count && b.Buffer.Count == y.Count && (long)y.Count * 64 < int.MaxValue;
}
