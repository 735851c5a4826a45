using System.Numerics;
using Assay.Engine.Memory;
using Assay.Engine.Plan;
using Assay.Programs;

namespace Assay.Engine.Execution;

/// <summary>Runs a plan over batches: tile by tile, on one thread or several.</summary>
/// <remarks>Safety: <see cref="ExactEngine"/> checked the caller's lengths, pins the memory and holds the plan's memory open until the
/// last chunk is done; items <c>first</c> to <c>first + items</c> are in the batch.</remarks>
internal sealed unsafe class PlanRunner
{
    /// <summary>Regions of each kind. When all are in use or still queued, pool threads lag behind: the caller works alone.</summary>
    private const int Regions = 16;

    private readonly EnginePlan _plan;
    private readonly Step[] _steps;
    private readonly InputPort[] _inputs;
    private readonly OutputPort[] _outputs;
    private readonly int _threads;
    private readonly long _parallelWork;
    private readonly PlanMemory _memory;
    private readonly Pool<WorkerArena> _arenas = new();
    private readonly Pool<StepRegion> _stepRegions = new();
    private readonly Pool<BatchRegion> _batchRegions = new();
    private readonly Lock _refusals = new();

    public PlanRunner(ExactProgram program, EnginePlan plan, PlanMemory memory, EngineOptions options, bool vectors)
    {
        _plan = plan;
        _steps = plan.Steps;
        _threads = options.Threads;
        _parallelWork = options.ParallelWork;
        _inputs = [.. program.Inputs.Select((input, i) => new InputPort(input, i, plan.Inputs[i], memory, vectors))];
        _outputs = [.. program.Outputs.Select((output, i) => new OutputPort(plan.Outputs[i], output.Scale, vectors))];
        _memory = memory;
        for (int i = 0; i < Regions && _threads > 1; i++)
        {
            _stepRegions.Return(new StepRegion(_stepRegions));
            _batchRegions.Return(new BatchRegion(_batchRegions, _threads));
        }
    }

    public int ItemsPerTile => _plan.ItemsPerTile;

    public ReadOnlySpan<InputPort> Inputs => _inputs;

    public ReadOnlySpan<OutputPort> Outputs => _outputs;

    /// <summary>Runs a batch. Items are independent, so how they are cut into tiles and among threads changes nothing.</summary>
    public void Run(ref BatchCall call)
    {
        long threads = Math.Min(Math.Min(_threads, call.Batch), _plan.Work * call.Batch / _parallelWork);
        if (threads > 1 && call.Observer is null && _batchRegions.TryRent() is { } region)
        {
            int perThread = (int)((call.Batch + threads - 1) / threads);
            region.Run(ref call, this, Math.Min(_plan.ItemsPerTile, perThread), (int)threads - 1);
            return;
        }

        WorkerArena arena = RentArena();
        try
        {
            for (int first = 0; first < call.Batch; first += _plan.ItemsPerTile)
            {
                int items = Math.Min(_plan.ItemsPerTile, call.Batch - first);
                RunTile(ref call, first, items, arena.Start, splitSteps: _threads > 1);
                call.Observer?.Invoke(new KeptValues(_plan.Values, arena.Start, first, items));
            }
        }
        finally
        {
            ReturnArena(arena);
        }
    }

    /// <summary>Times the steps of one tile.</summary>
    public StepTime[] Profile(ref BatchCall call, int rounds, TimeProvider clock)
    {
        long[] best = new long[_steps.Length];
        Array.Fill(best, long.MaxValue);
        WorkerArena arena = RentArena();
        try
        {
            Load(ref call, 0, call.Batch, arena.Start);
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < _steps.Length; i++)
                {
                    long started = clock.GetTimestamp();
                    _steps[i].Run(arena.Start, call.Batch);
                    best[i] = Math.Min(best[i], clock.GetTimestamp() - started);
                }

                // Steps reuse each other's memory, the inputs' too.
                Load(ref call, 0, call.Batch, arena.Start);
            }
        }
        finally
        {
            ReturnArena(arena);
        }

        double unit = 1e6 / clock.TimestampFrequency / call.Batch;
        return [.. _steps.Select((step, i) => new StepTime(step.Name, step.Value, step.MultiplyAdds, best[i] * unit))];
    }

    /// <summary>Memory for one thread; new only if more are in use than ever before.</summary>
    /// <exception cref="EngineMemoryException">The engine is at its limit.</exception>
    public WorkerArena RentArena() => _arenas.TryRent() ?? new WorkerArena(_memory.Allocate<short>(_plan.ArenaElements));

    public void ReturnArena(WorkerArena arena) => _arenas.Return(arena);

    /// <summary>Runs some items in one arena.</summary>
    /// <param name="splitSteps">Whether large steps may use several threads.</param>
    public void RunTile(ref BatchCall call, int first, int items, short* arena, bool splitSteps)
    {
        ulong refused = Load(ref call, first, items, arena);
        foreach (Step step in _steps)
        {
            if (splitSteps && step.Work * items >= 2 * _parallelWork && _stepRegions.TryRent() is { } region)
            {
                int parts = (int)Math.Min(_threads, step.Work * items / _parallelWork);
                region.Run(step, arena, items, parts);
            }
            else
            {
                step.Run(arena, items);
            }
        }

        Store(in call, first, items, arena, refused);
    }

    /// <returns>A bit per refused item: a tile has at most 64 (<c>PlanBuilder.MaxItemsPerTile</c>).</returns>
    private ulong Load(ref BatchCall call, int first, int items, short* arena)
    {
        if (call.Integers)
        {
            short* source = (short*)call.Inputs;
            foreach (InputPort input in _inputs)
            {
                input.Load(source + ((nint)first * input.Count), arena, items);
                source += (nint)call.Batch * input.Count;
            }

            return 0;
        }

        ulong refused = 0;
        long clamped = 0;
        for (int item = 0; item < items; item++)
        {
            ItemOutcome outcome = Quantize(in call, first + item, item, arena);
            clamped += outcome.Clamped;
            if (call.Outcomes is not null)
            {
                call.Outcomes[first + item] = outcome;
            }

            if (outcome.Refusal != BoundaryRefusal.None)
            {
                refused |= 1UL << item;
                NoteRefusal(ref call, first + item, outcome);
            }
        }

        if (clamped != 0)
        {
            Interlocked.Add(ref call.Clamped, clamped);
        }

        return refused;
    }

    /// <summary>All inputs of one item: the first refusal, or the clamped elements together.</summary>
    private ItemOutcome Quantize(in BatchCall call, int index, int item, short* arena)
    {
        float* source = (float*)call.Inputs;
        ItemOutcome all = new(BoundaryRefusal.None, -1, -1, 0);
        foreach (InputPort input in _inputs)
        {
            ItemOutcome outcome = input.Quantize(source + ((nint)index * input.Count), arena, item);
            source += (nint)call.Batch * input.Count;
            if (all.Refusal == BoundaryRefusal.None)
            {
                all = outcome.Refusal == BoundaryRefusal.None ? all with { Clamped = all.Clamped + outcome.Clamped } : outcome;
            }
        }

        return all;
    }

    private void NoteRefusal(ref BatchCall call, int index, ItemOutcome outcome)
    {
        lock (_refusals)
        {
            if (index < call.Refused)
            {
                call.Refused = index;
                call.Refusal = outcome;
            }
        }
    }

    private void Store(in BatchCall call, int first, int items, short* arena, ulong refused)
    {
        if (call.Integers)
        {
            short* integers = (short*)call.Outputs;
            foreach (OutputPort output in _outputs)
            {
                output.Store(arena, items, integers + ((nint)first * output.Count));
                integers += (nint)call.Batch * output.Count;
            }

            return;
        }

        float* target = (float*)call.Outputs;
        foreach (OutputPort output in _outputs)
        {
            float* tile = target + ((nint)first * output.Count);
            output.Dequantize(arena, items, tile);
            for (ulong rest = refused; rest != 0; rest &= rest - 1)
            {
                new Span<float>(tile + ((nint)BitOperations.TrailingZeroCount(rest) * output.Count), output.Count).Clear();
            }

            target += (nint)call.Batch * output.Count;
        }
    }
}
