using Assay.Engine.Kernels;
using Assay.Engine.Plan;

namespace Assay.Engine.Execution;

/// <summary>Takes the items of one output out of an arena.</summary>
/// <remarks>Safety: as for <see cref="InputPort"/>.</remarks>
internal sealed unsafe class OutputPort(ArenaBuffer buffer, double scale, bool vectors)
{
    /// <summary>Elements per item.</summary>
    public int Count => buffer.Count;

    public void Store(short* arena, int items, short* y)
    {
        int length = checked(items * Count);
        new ReadOnlySpan<short>(arena + buffer.Offset, length).CopyTo(new Span<short>(y, length));
    }

    public void Dequantize(short* arena, int items, float* y) =>
        BoundaryKernel.Dequantize(arena + buffer.Offset, (long)items * Count, scale, y, vectors);
}
