using Assay.Engine.Plan;

namespace Assay.Engine.Execution;

/// <summary>One large step, in parts.</summary>
internal sealed unsafe class StepRegion(Pool<StepRegion> pool) : ParallelRegion
{
    private Step? _step;
    private short* _arena;
    private int _items;
    private int _parts;

    public void Run(Step step, short* arena, int items, int parts)
    {
        _step = step;
        _arena = arena;
        _items = items;
        _parts = parts;
        RunAll(parts, parts - 1);
        Release();
    }

    protected override void RunChunk(int chunk, int worker) => _step!.RunPart(_arena, _items, chunk, _parts);

    protected override void Recycle() => pool.Return(this);
}
