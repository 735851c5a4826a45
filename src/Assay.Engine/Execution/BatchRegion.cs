namespace Assay.Engine.Execution;

/// <summary>A batch, in tiles of items.</summary>
internal sealed unsafe class BatchRegion(Pool<BatchRegion> pool, int threads) : ParallelRegion
{
    private readonly WorkerArena[] _arenas = new WorkerArena[threads];
    private BatchCall _call;
    private PlanRunner? _runner;
    private int _itemsPerTile;

    public void Run(ref BatchCall call, PlanRunner runner, int itemsPerTile, int helpers)
    {
        // All before the first chunk: an arena may not fit the limit, and chunks don't throw.
        int rented = 0;
        bool ran = false;
        try
        {
            for (; rented <= helpers; rented++)
            {
                _arenas[rented] = runner.RentArena();
            }

            (_call, _runner, _itemsPerTile) = (call, runner, itemsPerTile);
            RunAll((int)(((long)call.Batch + itemsPerTile - 1) / itemsPerTile), helpers);
            call = _call;
            ran = true;
        }
        finally
        {
            for (int i = 0; i < rented; i++)
            {
                runner.ReturnArena(_arenas[i]);
            }

            if (ran)
            {
                Release();
            }
            else
            {
                Recycle();
            }
        }
    }

    protected override void RunChunk(int chunk, int worker)
    {
        int first = chunk * _itemsPerTile;
        _runner!.RunTile(ref _call, first, Math.Min(_itemsPerTile, _call.Batch - first), _arenas[worker].Start, splitSteps: false);
    }

    protected override void Recycle() => pool.Return(this);
}
