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
}
