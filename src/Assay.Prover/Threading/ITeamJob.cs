namespace Assay.Prover.Threading;

/// <summary>Work that is cut into parts which don't depend on each other.</summary>
internal interface ITeamJob
{
    /// <summary>Does one part, on any thread.</summary>
    void Run(int part);
}
