namespace Assay.Prover.Threading;

/// <summary>A job that is written where it is run.</summary>
internal sealed class TeamAction(Action<int> action) : ITeamJob
{
    /// <inheritdoc/>
    public void Run(int part) => action(part);
}
