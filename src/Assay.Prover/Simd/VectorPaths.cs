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
}
