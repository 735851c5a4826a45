namespace Assay.Verification.Tests;

/// <summary>A replayer that always finds the same, and remembers what it was asked.</summary>
internal sealed class FixedReplayer(ReplayResult result) : IReplayer
{
    public List<ReplayRequest> Requests { get; } = [];

    public ReplayResult Replay(ReplayRequest request)
    {
        Requests.Add(request);
        return result;
    }
}
