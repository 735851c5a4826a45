namespace Assay.Engine;

/// <summary>How an engine runs a model. Nothing here changes a result.</summary>
public sealed record EngineOptions
{
    /// <summary>The defaults: fastest path, one thread, two gibibytes, no clock.</summary>
    public static EngineOptions Default { get; } = new();

    /// <summary>The kernels to use.</summary>
    public SimdPath Path { get; init; } = SimdPath.Auto;

    /// <summary>Threads that one call may use, the caller's included: 1 to 256. Default 1. More than one is used only where a
    /// call has work for at least <see cref="ParallelWork"/> per thread.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Multiply-adds per thread below which another thread isn't worth waking. The default, four million, takes about
    /// 100 microseconds.</summary>
    public long ParallelWork { get; init; } = 4_000_000;

    /// <summary>Bytes of native memory that the engine may hold: packed weights (at least twice the size of 8-bit weights) and one
    /// arena per concurrent run. Default 2 GiB.</summary>
    public long MemoryLimit { get; init; } = 2L << 30;

    /// <summary>Keeps every value of the program to the end of a run, for a <see cref="ValueObserver"/>: nothing is merged or left
    /// out, and an arena holds all values at once. For measuring; default false.</summary>
    public bool KeepValues { get; init; }

    /// <summary>Source of the transcript's time stamps; without one they are 0.</summary>
    public TimeProvider? Clock { get; init; }
}
