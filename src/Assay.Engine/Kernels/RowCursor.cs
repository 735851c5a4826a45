using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>Walks the rows of a <see cref="GemmArguments"/> from item to item.</summary>
/// <remarks>Safety: yields pointers into the operand and result of the row; the caller stays within the rows of its items.</remarks>
internal unsafe struct RowCursor
{
    private short* _x;
    private short* _y;
    private int _row;

    /// <param name="first">The first row, counted over all items.</param>
    /// <param name="channel">Added to every result pointer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowCursor(in GemmArguments a, int first, int channel)
    {
        nint item = first / a.Rows;
        _row = first - ((int)item * a.Rows);
        _x = a.X + (item * a.XItemStride);
        _y = a.Y + (item * a.YItemStride) + channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(in GemmArguments a, out short* x, out short* y)
    {
        x = _x + a.XOffsets[_row];
        y = _y + a.YOffsets[_row];
        if (++_row == a.Rows)
        {
            _row = 0;
            _x += a.XItemStride;
            _y += a.YItemStride;
        }
    }
}
