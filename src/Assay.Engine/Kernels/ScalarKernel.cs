using System.Runtime.CompilerServices;

namespace Assay.Engine.Kernels;

/// <summary>Element by element without vectors, the same on every path: operations that are rare.</summary>
/// <remarks>Safety: the nest visits elements of the buffers that it was made for.</remarks>
internal static unsafe class ScalarKernel<TOperation>
    where TOperation : struct, IScalarOperation
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(TOperation operation, in ElementArguments a)
    {
        Loop inner = a.Count > 0 ? a.Loops[a.Count - 1] : new Loop { Length = 1, Y = 1 };
        Odometer at = new(a.Loops, Math.Max(a.Count - 1, 0));
        do
        {
            short* y = a.Y + at.Y;
            short* x = a.A + at.A;
            short* z = a.B + at.B;
            short* w = a.C + at.C;
            for (int i = inner.Length; i > 0; i--, y += inner.Y, x += inner.A, z += inner.B, w += inner.C)
            {
                *y = (short)Math.Clamp(operation.Apply(*x, *z, *w), a.Lo, a.Hi);
            }
        }
        while (at.Next());
    }
}
