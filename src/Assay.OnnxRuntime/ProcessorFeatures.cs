using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Assay.OnnxRuntime;

/// <summary>
/// The instruction set that ONNX Runtime's kernels choose by. Asked of the processor itself, since ONNX Runtime does so too:
/// what .NET was told not to use says nothing about it.
/// </summary>
internal static class ProcessorFeatures
{
    public static string Detect()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
        {
            return "neon";
        }

        if (!X86Base.IsSupported)
        {
            return "unknown";
        }

        const int OsSavesRegisters = 1 << 27, Fma = 1 << 12, Avx2Bit = 1 << 5;
        const int Avx512 = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31); // F, DQ, BW, VL
        (_, _, int first, _) = X86Base.CpuId(1, 0);
        (int highest, _, _, _) = X86Base.CpuId(0, 0);
        int seventh = highest >= 7 ? X86Base.CpuId(7, 0).Ebx : 0;
        return (first & OsSavesRegisters) == 0 ? "sse"
            : (seventh & Avx512) == Avx512 ? "avx512"
            : (seventh & Avx2Bit) != 0 && (first & Fma) != 0 ? "avx2"
            : (first & (1 << 28)) != 0 ? "avx"
            : "sse";
    }
}
