using Assay.Engine.Kernels;

namespace Assay.Engine.Plan.Steps;

/// <summary>A table look-up.</summary>
/// <param name="table">The table's first entry.</param>
/// <param name="lo">The value that the first entry belongs to.</param>
internal sealed unsafe class LookupStep(ArenaBuffer x, ArenaBuffer y, short* table, short lo) : Step
{
    public override string Name => "lookup";

    public override void Run(short* arena, int items) =>
        LookupKernel.Lookup(arena + x.Offset, arena + y.Offset, (long)y.Count * items, table - lo);
}
