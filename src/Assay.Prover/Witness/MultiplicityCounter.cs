using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;
using Assay.Prover.Memory;
using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>Counts how often each row of each table is looked up.</summary>
/// <remarks>Safety: an honest witness's tuples are rows of their tables, and each position found is checked against the table's
/// rows before it counts.</remarks>
internal sealed unsafe class MultiplicityCounter : IDisposable
{
    private const int Tile = 1024;

    // Lookups from which a second histogram pays for itself.
    private const long WorthAThread = 1 << 15;

    private readonly Circuit _circuit;
    private readonly Counted[] _items;
    private readonly long[] _starts;
    private readonly long _lookups;
    private NativeBuffer<int> _histograms = new(1);

    public MultiplicityCounter(Circuit circuit)
    {
        _circuit = circuit;
        _starts = new long[circuit.Tables.Length + 1];
        for (int table = 0; table < circuit.Tables.Length; table++)
        {
            _starts[table + 1] = _starts[table] + circuit.Tables[table].Rows;
        }

        _items = [.. circuit.Items.Select(Compile)];
        _lookups = _items.Sum(static item => item.Positions);
    }

    /// <summary>Fills the columns of multiplicities.</summary>
    /// <exception cref="ProofRefusedException">A tuple isn't in its table: the operation's choice doesn't do for these inputs.</exception>
    public void Count(int** columns, WorkerTeam team)
    {
        long rows = _starts[^1];
        int workers = _lookups < WorthAThread ? 1 : team.Threads;
        if (_histograms.Length < rows * workers)
        {
            _histograms.Dispose();
            _histograms = new(rows * workers);
        }

        int* all = _histograms.Pointer;
        bool failed = false;
        team.Run(new TeamAction(worker =>
        {
            int* mine = all + (rows * worker);
            new Span<int>(mine, checked((int)rows)).Clear();
            foreach (Counted item in _items)
            {
                // Each worker takes its share of every item: the items differ too much in size to be dealt out.
                long first = item.Positions * worker / workers;
                long end = item.Positions * (worker + 1) / workers;
                if (!CountItem(columns, item, first, end, mine))
                {
                    failed = true;
                }
            }
        }), workers);
        if (failed)
        {
            throw new ProofRefusedException(new("zk/range", "A value lies outside the table that the proof key has for it."));
        }

        for (int table = 0; table < _circuit.Tables.Length; table++)
        {
            int* column = columns[_circuit.Multiplicities(table).Index];
            long start = _starts[table];
            for (int row = 0; row < _circuit.Tables[table].Rows; row++)
            {
                int sum = all[start + row];
                for (int worker = 1; worker < workers; worker++)
                {
                    sum += all[(rows * worker) + start + row];
                }

                column[row] = sum;
            }
        }
    }

    public void Dispose() => _histograms.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool CountItem(int** columns, Counted item, long first, long end, int* histogram)
    {
        int* keys = stackalloc int[2 * Tile];
        int* parts = keys + Tile;
        bool found = true;
        for (long start = first; start < end;)
        {
            long row = start / item.Inner;
            int table = item.Starts.Length == 1 ? 0 : (int)(row % item.Starts.Length);
            int count = (int)Math.Min(Math.Min(Tile, end - start), item.Starts.Length == 1 ? long.MaxValue : ((row + 1) * item.Inner) - start);
            item.Key.Compute(columns, start, count, keys);
            if (item.Part is not null)
            {
                item.Part.Compute(columns, start, count, parts);
                for (int i = 0; i < count; i++)
                {
                    keys[i] += parts[i] << item.PartShift;
                }
            }

            int add = item.Adds[table];
            uint rows = (uint)item.Rows[table];
            int* counts = histogram + item.Starts[table];
            for (int i = 0; i < count; i++)
            {
                uint key = (uint)(keys[i] + add);
                if (key < rows)
                {
                    counts[key]++;
                }
                else
                {
                    found = false;
                }
            }

            start += count;
        }

        return found;
    }

    private Counted Compile(LookupItem item)
    {
        int[] dims = [.. item.Dims];
        bool several = item.TableAxis >= 0 && item.Tables.Length > 1;
        long positions = 1;
        long inner = 1;
        for (int axis = dims.Length - 1; axis >= 0; axis--)
        {
            positions *= dims[axis];
            inner *= several && axis > item.TableAxis ? dims[axis] : 1;
        }

        ProofTable first = _circuit.Tables[item.Tables[0]];
        BoxSum key = BoxSum.Of(_circuit, dims, item.Expressions[0].Views);
        BoxSum? part = first is SlicesTable ? BoxSum.Of(_circuit, dims, item.Expressions[2].Views) : null;
        int shift = first is SlicesTable slices ? slices.LowBits : 0;
        int constant = (int)item.Expressions[0].Constant + (part is null ? 0 : (int)item.Expressions[2].Constant << shift);
        int[] tables = several ? [.. item.Tables] : [item.Tables[0]];
        return new(
            positions, inner, key, part, shift,
            [.. tables.Select(table => _starts[table])],
            [.. tables.Select(table => constant - First(_circuit.Tables[table]))],
            [.. tables.Select(table => _circuit.Tables[table].Rows)]);
    }

    /// <summary>The first number of row 0; those of the other rows follow it one by one.</summary>
    private static int First(ProofTable table) => table is SlicesTable ? 0 : table.Row(0).C0;

    /// <summary>An item, ready to be counted.</summary>
    /// <param name="Positions">Of its box.</param>
    /// <param name="Inner">Positions of one place along the table axis.</param>
    /// <param name="Key">The first expression, without its constant.</param>
    /// <param name="Part">The third, of a Slices table.</param>
    /// <param name="PartShift">What it counts.</param>
    /// <param name="Starts">Where each table's rows are counted.</param>
    /// <param name="Adds">What leads from the key to the row.</param>
    /// <param name="Rows">Of each table.</param>
    private sealed record Counted(long Positions, long Inner, BoxSum Key, BoxSum? Part, int PartShift, long[] Starts, int[] Adds, int[] Rows);
}
