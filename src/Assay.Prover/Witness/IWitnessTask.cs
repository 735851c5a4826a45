using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>One step of filling the columns.</summary>
internal unsafe interface IWitnessTask
{
    /// <summary>Fills its columns from those of the steps before it.</summary>
    /// <param name="columns">All columns, row-major, the batch last.</param>
    /// <param name="scratch">Memory that nobody else uses meanwhile.</param>
    /// <param name="team">Threads that it may use.</param>
    void Run(int** columns, WitnessScratch scratch, WorkerTeam team);
}
