namespace Assay.Client.Tests;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class TestClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_795_300_000);

    public override DateTimeOffset GetUtcNow() => Now;
}
