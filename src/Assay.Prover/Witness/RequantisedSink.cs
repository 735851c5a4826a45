using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Prover.Witness;

/// <summary>A requantisation's columns (spec/proof-system.md, section 5.2): value = 2^s * U + remainder.</summary>
/// <remarks>Safety: all columns have the box's size; positions lie in the box.</remarks>
internal sealed unsafe class RequantisedSink : IRunSink
{
    private readonly Requantisation _tail;
    private readonly long _inner;
    private readonly int _channels;
    private readonly int[] _shifts;
    private readonly int[] _limbs;
    private readonly int _form;
    private readonly int _lowBits;

    /// <param name="tail">What to fill.</param>
    /// <param name="box">Lengths of the box.</param>
    public RequantisedSink(Requantisation tail, ReadOnlySpan<int> box)
    {
        _tail = tail;
        _shifts = [.. tail.Shifts];
        _limbs = [.. tail.Limbs];
        _channels = _shifts.Length;
        _inner = 1;
        for (int axis = box.Length - 1; axis > tail.ChannelAxis; axis--)
        {
            _inner *= box[axis];
        }

        if (_channels == 1)
        {
            // One shift for all: one run, whatever the channel axis.
            _inner = long.MaxValue;
        }

        (_form, _lowBits) = tail.Choice switch
        {
            TailChoice.Plain => (0, 0),
            TailChoice.Direct => (1, 0),
            TailChoice.Split split => (2, split.LowBits),
            _ => throw new ArgumentException("Not a requantisation.", nameof(tail)),
        };
    }

    /// <inheritdoc/>
    public void Fill(int** columns, int* values, long start, int count)
    {
        while (count > 0)
        {
            long row = start / _inner;
            int length = (int)Math.Min(count, _inner - (start - (row * _inner)));
            Run(columns, values, start, length, _shifts[(int)(row % _channels)]);
            values += length;
            start += length;
            count -= length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(int** columns, int* values, long start, int count, int shift)
    {
        int* result = columns[_tail.Result] + start;
        int* before = columns[_tail.Before] + start;
        int* low = _form == 2 ? columns[_tail.Low] + start : null;
        int* kind = _form == 2 ? columns[_tail.Class] + start : null;
        int lo = _tail.Lo, hi = _tail.Hi;
        int lowMask = (1 << _lowBits) - 1;

        // What is left for a split form is less by lo*2^s, which needn't fit in 32 bits: where all sums lie far below the range it
        // doesn't. Sums are modulo 2^32, so adding it again gives the accumulator, which fits.
        int above = _form == 2 ? unchecked(lo << shift) : 0;
        int i = 0;
        for (; i <= count - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            Vector256<int> u = Vector256.ShiftRightArithmetic(Vector256.Load(values + i) + Vector256.Create(above), shift);
            if (_form == 2)
            {
                u -= Vector256.Create(lo);
                Vector256<int> h = Vector256.ShiftRightArithmetic(u, _lowBits);
                h.Store(before + i);
                (u & Vector256.Create(lowMask)).Store(low + i);

                // -1 where the high part is above, and where it isn't below: 0, 1, 2.
                (-(Vector256.GreaterThan(h, Vector256<int>.Zero) + Vector256.GreaterThanOrEqual(h, Vector256<int>.Zero))).Store(kind + i);
                u += Vector256.Create(lo);
            }
            else if (_form == 1)
            {
                u.Store(before + i);
            }

            Vector256.Min(Vector256.Max(u, Vector256.Create(lo)), Vector256.Create(hi)).Store(result + i);
        }

        for (; i < count; i++)
        {
            int u = unchecked(values[i] + above) >> shift;
            if (_form == 2)
            {
                u -= lo;
                int h = u >> _lowBits;
                before[i] = h;
                low[i] = u & lowMask;
                kind[i] = h < 0 ? 0 : h == 0 ? 1 : 2;
                u += lo;
            }
            else if (_form == 1)
            {
                before[i] = u;
            }

            result[i] = Math.Min(Math.Max(u, lo), hi);
        }

        for (int limb = 0; limb < _limbs.Length; limb++)
        {
            int from = limb * _tail.LimbBits;
            int bits = Math.Clamp(shift - from, 0, _tail.LimbBits);
            Part(columns[_limbs[limb]] + start, values, count, Math.Min(from, 31), (1 << bits) - 1);
        }
    }

    private static void Part(int* part, int* values, int count, int from, int mask)
    {
        int i = 0;
        for (; i <= count - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            (Vector256.ShiftRightArithmetic(Vector256.Load(values + i), from) & Vector256.Create(mask)).Store(part + i);
        }

        for (; i < count; i++)
        {
            part[i] = (values[i] >> from) & mask;
        }
    }
}
