namespace Assay.Engine.Execution;

/// <summary>The memory that one thread of one call works in; reused by later calls.</summary>
internal sealed unsafe class WorkerArena(short* start)
{
    public short* Start { get; } = start;
}
