using Assay.Proofs.Circuits;
using Assay.Prover.Simd;

namespace Assay.Prover.Witness;

/// <summary>The integers of all columns of a circuit: for each column its elements in row-major order of its dimensions, without
/// padding between them.</summary>
/// <remarks>Each column starts at a multiple of 64 bytes and is followed by zeros up to the next: whole blocks of 16 integers can be
/// read. Numbers are larger than -p and smaller than p. Safety: a column's pointer has as many integers behind it as
/// <see cref="Length"/> says, rounded up to a multiple of 16, until the columns are disposed.</remarks>
internal sealed unsafe class WitnessColumns : IDisposable
{
    private const int Unit = 16;
    private readonly NativeArena _arena;
    private readonly long[] _starts;
    private readonly int[] _lengths;
    private readonly long _bytes;
    private int* _memory;

    /// <summary>Room for the columns; their content isn't defined.</summary>
    public WitnessColumns(NativeArena arena, Circuit circuit)
    {
        _arena = arena;
        _lengths = new int[circuit.Columns.Length];
        _starts = new long[circuit.Columns.Length];
        long next = 0;
        for (int i = 0; i < _lengths.Length; i++)
        {
            long length = 1;
            foreach (int dim in circuit.Columns[i].Dims)
            {
                length *= dim;
            }

            _lengths[i] = checked((int)length);
            _starts[i] = next;
            next += (length + Unit - 1) / Unit * Unit;
        }

        _bytes = next * sizeof(int);
        _memory = (int*)arena.Rent(_bytes);
        for (int i = 0; i < _lengths.Length; i++)
        {
            int end = (_lengths[i] + Unit - 1) / Unit * Unit;
            new Span<int>(_memory + _starts[i] + _lengths[i], end - _lengths[i]).Clear();
        }
    }

    /// <summary>A column's integers.</summary>
    public int* Column(int index)
    {
        ObjectDisposedException.ThrowIf(_memory == null, this);
        return _memory + _starts[index];
    }

    /// <summary>How many.</summary>
    public int Length(int index) => _lengths[index];

    /// <summary>A column's integers.</summary>
    public Span<int> Span(int index) => new(Column(index), _lengths[index]);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory != null)
        {
            _arena.Return(_memory, _bytes);
            _memory = null;
        }
    }
}
