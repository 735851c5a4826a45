using Assay.Engine.Kernels;
using Assay.Programs;

namespace Assay.Engine.Plan.Steps;

/// <summary>Normalises rows of the last axis.</summary>
internal sealed unsafe class NormalizeStep(ArenaBuffer x, ArenaBuffer y, NormalizeOperation op, TensorType result) : Step
{
    private readonly int _length = result.Shape[^1];

    public override string Name => "normalize";

    public override void Run(short* arena, int items) => RowKernel.Normalize(
        arena + x.Offset, arena + y.Offset, (long)y.Count / _length * items, _length, op.Center, op.Epsilon, op.RootBits, op.Shift, result.Lo, result.Hi);
}

/// <summary>The first elements of rows of the last axis.</summary>
/// <param name="length">Elements of a row.</param>
internal sealed unsafe class TopKStep(ArenaBuffer x, ArenaBuffer y, int length, TopKOperation op) : Step
{
    public override string Name => "topk";

    public override void Run(short* arena, int items) => RowKernel.TopK(
        arena + x.Offset, arena + y.Offset, (long)x.Count / length * items, length, op.K, op.Largest, op.Indices);
}

/// <summary>A row of a table for each element.</summary>
internal sealed unsafe class EmbeddingStep(ArenaBuffer x, ArenaBuffer y, short* table, int width) : Step
{
    public override string Name => "embedding";

    public override void Run(short* arena, int items) =>
        RowKernel.Embed(arena + x.Offset, arena + y.Offset, (long)x.Count * items, table, width);
}
