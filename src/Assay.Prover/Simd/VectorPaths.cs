using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Prover.Simd;

/// <summary>Chooses kernels.</summary>
internal static class VectorPaths
{
    /// <summary>The path itself, or for <see cref="VectorPath.Auto"/> what suits this machine.</summary>
    public static VectorPath Resolve(VectorPath path)
    {
        if (path != VectorPath.Auto)
        {
            return path;
        }

        return Avx512BW.IsSupported ? VectorPath.Vector512
            : Vector128.IsHardwareAccelerated ? VectorPath.Vector256
            : VectorPath.Portable;
    }

    /// <summary>What goes with the kernels over F of a path.</summary>
    public static VectorPath For(FieldPath path) => path switch
    {
        FieldPath.Avx512 => VectorPath.Vector512,
        FieldPath.Avx2 => VectorPath.Vector256,

        // Where a machine could do more, somebody asks for the portable path to compare; else it is the machine's best.
        _ => Avx2.IsSupported ? VectorPath.Portable : Resolve(VectorPath.Auto),
    };
}
