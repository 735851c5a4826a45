using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>Copies the first elements of a stored vector, and nothing beyond them.</summary>
/// <remarks>Safety: the caller's destination has <c>count</c> elements, its source at least as many.</remarks>
internal static unsafe class PartialStore
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Copy(short* destination, short* source, int count)
    {
        int done = 0;
        for (; done + 4 <= count; done += 4)
        {
            Unsafe.WriteUnaligned(destination + done, Unsafe.ReadUnaligned<long>(source + done));
        }

        for (; done < count; done++)
        {
            destination[done] = source[done];
        }
    }

    /// <summary>Copies the first elements of two rows that were packed together: in turns of four (or one, if vectors are that
    /// short).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CopyHalves(short* first, short* second, short* source, int count, int lanes)
    {
        int done = 0;
        if (lanes >= 4)
        {
            for (; done + 4 <= count; done += 4)
            {
                Unsafe.WriteUnaligned(first + done, Unsafe.ReadUnaligned<long>(source + (2 * done)));
                Unsafe.WriteUnaligned(second + done, Unsafe.ReadUnaligned<long>(source + (2 * done) + 4));
            }
        }

        int group = Math.Min(4, lanes);
        for (int i = 0; i < count - done; i++)
        {
            first[done + i] = source[(2 * done) + i];
            second[done + i] = source[(2 * done) + group + i];
        }
    }
}
