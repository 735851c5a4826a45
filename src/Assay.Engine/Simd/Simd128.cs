using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Assay.Engine.Simd;

/// <summary>The primitives on 128 bits, from which <see cref="Simd256"/> is made where the machine has no AVX2.</summary>
/// <remarks>Branches on <c>IsSupported</c> are constants to the JIT. The last branch of each needs no instruction set at all.</remarks>
internal static class Simd128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddPairs(Vector128<int> a, Vector128<int> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16());
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<int> low = AdvSimd.MultiplyWideningLower(a.AsInt16().GetLower(), b.AsInt16().GetLower());
            Vector128<int> high = AdvSimd.MultiplyWideningUpper(a.AsInt16(), b.AsInt16());
            return AdvSimd.Arm64.AddPairwise(low, high);
        }

        Vector128<int> even = (a << 16 >> 16) * (b << 16 >> 16);
        return even + ((a >> 16) * (b >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> ShiftRight(Vector128<int> value, Vector128<int> counts)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ShiftRightArithmeticVariable(value, counts.AsUInt32());
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.ShiftArithmetic(value, -counts);
        }

        return Vector128.Create(
            value.GetElement(0) >> counts.GetElement(0),
            value.GetElement(1) >> counts.GetElement(1),
            value.GetElement(2) >> counts.GetElement(2),
            value.GetElement(3) >> counts.GetElement(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> UnpackLow(Vector128<int> a, Vector128<int> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32();
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.ZipLow(a.AsInt16(), b.AsInt16()).AsInt32();
        }

        return Interleave(Vector128.WidenLower(a.AsUInt16()), Vector128.WidenLower(b.AsUInt16()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> UnpackHigh(Vector128<int> a, Vector128<int> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32();
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.ZipHigh(a.AsInt16(), b.AsInt16()).AsInt32();
        }

        return Interleave(Vector128.WidenUpper(a.AsUInt16()), Vector128.WidenUpper(b.AsUInt16()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Pack(Vector128<int> low, Vector128<int> high) => Sse2.IsSupported
        ? Sse2.PackSignedSaturate(low, high).AsInt32()
        : Vector128.NarrowWithSaturation(low, high).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Interleave(Vector128<uint> low, Vector128<uint> high) => (low | (high << 16)).AsInt32();
}
