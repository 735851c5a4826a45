using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Prover.Witness;

namespace Assay.Prover.Lookups;

/// <summary>Reads one integer for each cell of a box: from a column through a view, or from public numbers.</summary>
internal sealed unsafe class LeafReader
{
    private readonly LeafBox _box;
    private readonly int _column;
    private readonly int[]? _public;
    private readonly int _start;
    private readonly LeafAxis[] _axes;
    private readonly bool _rowsAreContiguous;
    private readonly bool _cellsAreContiguous;

    /// <summary>A column through a view; <see cref="ReadsNothing"/> if all it reads is 0.</summary>
    public LeafReader(LeafBox box, Column column, View view)
    {
        _box = box;
        _column = column.Index;
        _axes = new LeafAxis[box.Axes.Length];
        Array.Fill(_axes, LeafAxis.None);
        int stride = 1;
        for (int d = view.Axes.Length - 1; d >= 0; d--)
        {
            AxisMap map = view.Axes[d];
            int axis = map.BoxAxis < 0 ? -1 : box.Axes.IndexOf(map.BoxAxis);
            if (axis >= 0)
            {
                _axes[axis] = Axis(map, stride);
            }
            else
            {
                // Fixed, or along an axis of length 1.
                ReadsNothing |= map.Places[0] < 0;
                _start += map.Places[0] * stride;
                Factor = Factor * (map.Weights.IsEmpty ? 1 : map.Weights[0]) % KoalaBear.P;
            }

            stride *= column.Dims[d];
        }

        LeafAxis last = _axes[^1];
        _rowsAreContiguous = last.Offsets is not null && last.Weights is null && last.Offsets.Index().All(
            item => last.Offsets[0] >= 0 && item.Item == last.Offsets[0] + item.Index);
        _cellsAreContiguous = !box.HasHoles;
        for (int i = 0; i < _axes.Length; i++)
        {
            _cellsAreContiguous &= _axes[i].IsLinear(1L << box.Shift(i));
        }
    }

    /// <summary>Public numbers along one axis of the box.</summary>
    /// <param name="axis">The axis' number in the box.</param>
    /// <param name="numbers">Larger than -p and smaller than p, one for each position.</param>
    public LeafReader(LeafBox box, int axis, int[] numbers)
    {
        _box = box;
        _public = numbers;
        _axes = new LeafAxis[box.Axes.Length];
        Array.Fill(_axes, LeafAxis.None);
        int place = box.Axes.IndexOf(axis);
        if (place >= 0)
        {
            _axes[place] = new([.. Enumerable.Range(0, numbers.Length)], null);
            _rowsAreContiguous = place == _axes.Length - 1;
        }
    }

    /// <summary>Whether only zeros are read.</summary>
    public bool ReadsNothing { get; }

    /// <summary>What everything is to be multiplied with, besides the view's coefficient.</summary>
    public long Factor { get; } = 1;

    /// <summary>The integers of some cells of a block: in the column itself, or written to the scratch. Holes are 0 or any number of the
    /// column.</summary>
    /// <param name="within">The first cell, counted in the block.</param>
    /// <param name="count">Cells. Fewer than 16 are always written to the scratch.</param>
    public int* Read(WitnessColumns columns, BoxBlock block, long within, int count, int* scratch)
    {
        if (_cellsAreContiguous && count >= 16)
        {
            return columns.Column(_column) + _start + ((long)block.Start << _box.Placement.SliceBits) + within;
        }

        ReadOnlySpan<int> numbers = _public ?? columns.Span(_column);
        if (_box.IsFlat)
        {
            ReadRow(numbers, _start, 1, block.Start + (int)within, new(scratch, count));
            return scratch;
        }

        int rowLength = 1 << _box.RowBits;
        Span<int> positions = stackalloc int[_axes.Length];
        for (int done = 0; done < count;)
        {
            int from = (int)((within + done) & (rowLength - 1));
            int cells = Math.Min(rowLength - from, count - done);
            Span<int> row = new(scratch + done, cells);
            int real = Math.Clamp(_box.Length(_axes.Length - 1) - from, 0, cells);
            if (_box.TryLocate(block, within + done, positions) && Locate(positions, out int start, out int weight))
            {
                ReadRow(numbers, start, weight, from, row[..real]);
                row[real..].Clear();
            }
            else
            {
                row.Clear();
            }

            done += cells;
        }

        return scratch;
    }

    private static LeafAxis Axis(AxisMap map, int stride)
    {
        int[] offsets = new int[map.Places.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = map.Places[i] < 0 ? -1 : map.Places[i] * stride;
        }

        return new(offsets, map.Weights.IsEmpty ? null : [.. map.Weights.Select(weight => (int)KoalaBear.From(weight))]);
    }

    /// <summary>Where a row starts, and what its numbers are multiplied with; false if it reads zeros.</summary>
    private bool Locate(ReadOnlySpan<int> positions, out int start, out int weight)
    {
        (start, weight) = (_start, 1);
        for (int i = 0; i < _axes.Length - 1; i++)
        {
            if (_axes[i].Offsets is int[] offsets)
            {
                int offset = offsets[positions[i]];
                if (offset < 0)
                {
                    return false;
                }

                start += offset;
            }

            if (_axes[i].Weights is int[] weights)
            {
                weight = (int)KoalaBear.Mul((uint)weight, (uint)weights[positions[i]]);
            }
        }

        return true;
    }

    /// <summary>Positions from <paramref name="from"/> on along the last axis.</summary>
    private void ReadRow(ReadOnlySpan<int> numbers, int start, int weight, int from, Span<int> row)
    {
        LeafAxis axis = _axes[^1];
        if (axis.Offsets is null)
        {
            row.Fill(Times(numbers[start], weight));
            return;
        }

        if (_rowsAreContiguous && weight == 1)
        {
            numbers.Slice(start + axis.Offsets[0] + from, row.Length).CopyTo(row);
            return;
        }

        ReadOnlySpan<int> offsets = axis.Offsets.AsSpan(from, row.Length);
        for (int i = 0; i < row.Length; i++)
        {
            int factor = axis.Weights is null ? weight : (int)KoalaBear.Mul((uint)weight, (uint)axis.Weights[from + i]);
            row[i] = offsets[i] < 0 ? 0 : Times(numbers[start + offsets[i]], factor);
        }
    }

    private static int Times(int number, int weight) => weight == 1 ? number : (int)((long)number * weight % KoalaBear.P);
}
