using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Engine.Simd;

/// <summary>The 256-bit path: AVX2, or two 128-bit halves where there is none.</summary>
/// <remarks>Safety: see <see cref="ISimd{TV}"/>.</remarks>
internal readonly unsafe struct Simd256 : ISimd<Vector256<int>>
{
    public static int Lanes => 8;

    public static Vector256<int> Zero => Vector256<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(void* source) => Vector256.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, Vector256<int> value) => value.Store((int*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAddPairs(Vector256<int> a, Vector256<int> b) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())
        : Vector256.Create(
            Simd128.MultiplyAddPairs(a.GetLower(), b.GetLower()),
            Simd128.MultiplyAddPairs(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> a, Vector256<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Multiply(Vector256<int> a, Vector256<int> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ShiftRight(Vector256<int> value, Vector256<int> counts) => Avx2.IsSupported
        ? Avx2.ShiftRightArithmeticVariable(value, counts.AsUInt32())
        : Vector256.Create(
            Simd128.ShiftRight(value.GetLower(), counts.GetLower()),
            Simd128.ShiftRight(value.GetUpper(), counts.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Min16(Vector256<int> a, Vector256<int> b) => Vector256.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Max16(Vector256<int> a, Vector256<int> b) => Vector256.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> UnpackLow(Vector256<int> a, Vector256<int> b) => Avx2.IsSupported
        ? Avx2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32()
        : Vector256.Create(
            Simd128.UnpackLow(a.GetLower(), b.GetLower()),
            Simd128.UnpackLow(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> UnpackHigh(Vector256<int> a, Vector256<int> b) => Avx2.IsSupported
        ? Avx2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32()
        : Vector256.Create(
            Simd128.UnpackHigh(a.GetLower(), b.GetLower()),
            Simd128.UnpackHigh(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Pack(Vector256<int> low, Vector256<int> high) => Avx2.IsSupported
        ? Avx2.PackSignedSaturate(low, high).AsInt32()
        : Vector256.Create(
            Simd128.Pack(low.GetLower(), high.GetLower()),
            Simd128.Pack(low.GetUpper(), high.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(short* first, short* second, Vector256<int> packed)
    {
        Vector256<long> halves = Vector256.Shuffle(packed.AsInt64(), Vector256.Create(0L, 2, 1, 3));
        halves.GetLower().Store((long*)first);
        halves.GetUpper().Store((long*)second);
    }
}
