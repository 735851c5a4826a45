namespace Assay.Node.Tests.Attesting;

/// <summary>Goes as the system's clock does, from another time on, and jumps when it is told to: synthetic certificates have their time, and machines sleep.</summary>
internal sealed class ShiftedClock(DateTimeOffset start) : TimeProvider
{
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _jumped;

    public override DateTimeOffset GetUtcNow() => start + TimeProvider.System.GetElapsedTime(_began) + TimeSpan.FromTicks(Volatile.Read(ref _jumped));

    internal void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);
}
