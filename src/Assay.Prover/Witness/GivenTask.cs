using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>An input's column: the batch becomes the last dimension.</summary>
/// <remarks>Safety: the column has count * batch elements, and so has the input, which begins at <c>offset</c>.</remarks>
internal sealed unsafe class GivenTask(int column, long offset, int count, int batch) : IWitnessTask
{
    // Both sides of a transposition stay in cache lines for a tile of this width.
    private const int Tile = 16;

    /// <inheritdoc/>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        short* from = scratch.Inputs + offset;
        int* to = columns[column];
        for (int run = 0; run < batch; run += Tile)
        {
            int end = Math.Min(batch, run + Tile);
            for (int i = 0; i < count; i++)
            {
                for (int r = run; r < end; r++)
                {
                    to[((long)i * batch) + r] = from[((long)r * count) + i];
                }
            }
        }
    }
}
