using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>What an identity or a product of columns leaves for its unknown columns: product - known.</summary>
/// <param name="positions">Of the box.</param>
/// <param name="known">The sum of what is known; subtracted.</param>
/// <param name="a">One factor, or null if there is no product.</param>
/// <param name="b">The other.</param>
/// <param name="sum">Places that a product is summed over, and the distance between them in A and B.</param>
/// <param name="sink">Takes the values.</param>
/// <remarks>Safety: positions lie in the box for which the sums were built.</remarks>
internal sealed unsafe class RelationTask(long positions, BoxSum known, BoxSum? a, BoxSum? b, (int Length, int StepA, int StepB)[] sum, IRunSink sink)
    : IWitnessTask
{
    private const int Tile = 1024;

    // Positions of a chunk: enough to be worth a thread.
    private const int Chunk = 16 * Tile;

    /// <inheritdoc/>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        int chunks = (int)((positions + Chunk - 1) / Chunk);
        team.Run(new TeamAction(chunk =>
        {
            int* values = stackalloc int[Tile];
            int* left = stackalloc int[Tile];
            int* right = stackalloc int[Tile];
            long end = Math.Min(positions, (chunk + 1L) * Chunk);
            for (long start = (long)chunk * Chunk; start < end; start += Tile)
            {
                int count = (int)Math.Min(Tile, end - start);
                known.Compute(columns, start, count, values);
                for (int i = 0; i < count; i++)
                {
                    values[i] = -values[i];
                }

                if (a is not null)
                {
                    AddProducts(columns, start, count, values, left, right, 0, 0, 0);
                }

                sink.Fill(columns, values, start, count);
            }
        }), chunks);
    }

    private void AddProducts(int** columns, long start, int count, int* values, int* left, int* right, int axis, long offsetA, long offsetB)
    {
        if (axis < sum.Length)
        {
            for (int i = 0; i < sum[axis].Length; i++)
            {
                AddProducts(columns, start, count, values, left, right, axis + 1, offsetA + ((long)i * sum[axis].StepA), offsetB + ((long)i * sum[axis].StepB));
            }

            return;
        }

        a!.Compute(columns, start, count, left, offsetA);
        b!.Compute(columns, start, count, right, offsetB);
        for (int i = 0; i < count; i++)
        {
            values[i] += left[i] * right[i];
        }
    }
}
