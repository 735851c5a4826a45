using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Prover.Simd;
using Assay.Prover.Tests.Commitments;

// Started by InstructionSetTests: prints a digest of results for each path. Without any vectors, those paths that need none: what the
// framework makes of the others then is fifty times slower.
foreach (VectorPath path in Enum.GetValues<VectorPath>().Where(
    path => Vector128.IsHardwareAccelerated || path is VectorPath.Auto or VectorPath.Portable))
{
    Console.WriteLine($"{path} {KernelDigest.Of(path)}");
}

Console.WriteLine(string.Join(
    ' ', Avx512BW.IsSupported ? "avx512bw" : "", Avx2.IsSupported ? "avx2" : "", Vector128.IsHardwareAccelerated ? "vector128" : "", "plain"));
