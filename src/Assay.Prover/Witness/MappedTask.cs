using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;
using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>Columns that a table gives for an expression: maxima, functions.</summary>
/// <param name="positions">Of the item's box.</param>
/// <param name="stride">Positions that may be computed together: a run reads what runs before it filled. 0: all.</param>
/// <param name="argument">The item's first expression.</param>
/// <param name="argumentConstant">Its constant.</param>
/// <param name="table">The table.</param>
/// <param name="columnsFilled">For each column: its number, its sign, and what else stands in its expression.</param>
/// <remarks>Safety: positions lie in the box; a Map's argument lies in its table, because the operand's range is kept.</remarks>
internal sealed unsafe class MappedTask(
    long positions, int stride, BoxSum argument, int argumentConstant, ProofTable table, MappedTask.Unknown[] columnsFilled) : IWitnessTask
{
    private const int Tile = 1024;
    private const int Chunk = 16 * Tile;
    private readonly int[] _entries = table is MapTable map ? [.. map.Entries.Values.Select(static v => (int)v)] : [];
    private readonly int _lowest = table is MapTable lowest ? lowest.Lowest : 0;

    /// <inheritdoc/>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        if (stride != 0)
        {
            int* values = stackalloc int[2 * Tile];
            for (long start = 0; start < positions; start += stride)
            {
                for (int done = 0; done < stride; done += Tile)
                {
                    Fill(columns, start + done, Math.Min(Tile, stride - done), values, values + Tile);
                }
            }

            return;
        }

        team.Run(new TeamAction(chunk =>
        {
            int* values = stackalloc int[2 * Tile];
            long end = Math.Min(positions, (chunk + 1L) * Chunk);
            for (long start = (long)chunk * Chunk; start < end; start += Tile)
            {
                Fill(columns, start, (int)Math.Min(Tile, end - start), values, values + Tile);
            }
        }), (int)((positions + Chunk - 1) / Chunk));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(int** columns, long start, int count, int* arguments, int* others)
    {
        argument.Compute(columns, start, count, arguments);
        for (int part = 0; part < columnsFilled.Length; part++)
        {
            Unknown unknown = columnsFilled[part];
            unknown.Others.Compute(columns, start, count, others);
            int* column = columns[unknown.Column] + start;
            for (int i = 0; i < count; i++)
            {
                int x = arguments[i] + argumentConstant;
                int value = _entries.Length != 0 ? _entries[x - _lowest]
                    : part == 0 ? Math.Max(x, 0)
                    : x > 0 ? 1 : 0;
                column[i] = unknown.Sign * (value - others[i] - unknown.Constant);
            }
        }
    }

    /// <summary>One column that is filled.</summary>
    /// <param name="Column">Its number.</param>
    /// <param name="Sign">Its coefficient: 1 or -1.</param>
    /// <param name="Others">The other views of its expression.</param>
    /// <param name="Constant">The expression's constant.</param>
    internal sealed record Unknown(int Column, int Sign, BoxSum Others, int Constant);
}
