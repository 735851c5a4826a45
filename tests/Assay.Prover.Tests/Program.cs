using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Prover.Simd;
using Assay.Prover.Tests.Commitments;

// Started by InstructionSetTests: prints a digest of results for each path.
foreach (VectorPath path in Enum.GetValues<VectorPath>())
{
    Console.WriteLine($"{path} {KernelDigest.Of(path)}");
}

Console.WriteLine(string.Join(
    ' ', Avx512BW.IsSupported ? "avx512bw" : "", Avx2.IsSupported ? "avx2" : "", Vector128.IsHardwareAccelerated ? "vector128" : "", "plain"));
