using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Assay.Engine.Kernels;

/// <summary>Copies elements from one layout into another.</summary>
/// <remarks>Safety: the nest visits elements of the two buffers that it was made for, and each of the result's once.</remarks>
internal static unsafe class CopyKernel
{
    /// <summary>Below this a call to the runtime's copy costs more than the elements do.</summary>
    private const int ShortRow = 256;

    /// <param name="x">The operand, at its layout's offset.</param>
    /// <param name="y">The result, likewise.</param>
    /// <param name="loops">From the result's largest stride to its smallest, which is 1 unless there is no loop.</param>
    public static void Copy(short* x, short* y, Loop* loops, int count)
    {
        if (count == 0)
        {
            *y = *x;
            return;
        }

        Loop inner = loops[count - 1];
        bool rows = inner.A == 1 && inner.Y == 1 && inner.Places is null;
        Loop outer = count > 1 ? loops[count - 2] : new Loop { Length = 1 };
        bool transposes = !rows && outer.Places is null && inner.Places is null && outer.A == 1 && inner.Y == 1;
        Odometer at = new(loops, Math.Max(count - 2, 0));
        at.Start();
        do
        {
            if (rows)
            {
                CopyRows(x + at.A, y + at.Y, in outer, inner.Length);
            }
            else if (transposes)
            {
                LayoutKernel.Transpose(x + at.A, y + at.Y, inner.Length, inner.A, outer.Length, outer.Y);
            }
            else
            {
                CopyElements(x + at.A, y + at.Y, in outer, in inner);
            }
        }
        while (at.Next());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(short* x, short* y, in Loop outer, int length)
    {
        for (int row = 0; row < outer.Length; row++)
        {
            short* source = x + outer.PlaceOf(row);
            short* target = y + ((nint)row * outer.Y);
            if (length >= ShortRow)
            {
                Unsafe.CopyBlockUnaligned(target, source, (uint)length * sizeof(short));
                continue;
            }

            // Not a multiple of what is copied at once: the last copy overlaps the one before.
            if (length >= 16)
            {
                Vector256<short> end = Vector256.Load(source + length - 16);
                for (int i = 0; i + 16 <= length; i += 16)
                {
                    Vector256.Load(source + i).Store(target + i);
                }

                end.Store(target + length - 16);
            }
            else if (length >= 4)
            {
                long end = Unsafe.ReadUnaligned<long>(source + length - 4);
                for (int i = 0; i + 4 <= length; i += 4)
                {
                    Unsafe.WriteUnaligned(target + i, Unsafe.ReadUnaligned<long>(source + i));
                }

                Unsafe.WriteUnaligned(target + length - 4, end);
            }
            else
            {
                for (int i = 0; i < length; i++)
                {
                    target[i] = source[i];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyElements(short* x, short* y, in Loop outer, in Loop inner)
    {
        for (int row = 0; row < outer.Length; row++)
        {
            short* source = x + outer.PlaceOf(row);
            short* target = y + ((nint)row * outer.Y);
            if (inner.Places is not null)
            {
                for (int i = 0; i < inner.Length; i++, target += inner.Y)
                {
                    *target = source[inner.Places[i]];
                }
            }
            else
            {
                for (int i = 0; i < inner.Length; i++, target += inner.Y, source += inner.A)
                {
                    *target = *source;
                }
            }
        }
    }
}
