using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Engine.Simd;

/// <summary>The 512-bit path: AVX-512BW, or two 256-bit halves where there is none (so that it is tested on every machine).</summary>
/// <remarks>Safety: see <see cref="ISimd{TV}"/>.</remarks>
internal readonly unsafe struct Simd512 : ISimd<Vector512<int>>
{
    public static int Lanes => 16;

    public static Vector512<int> Zero => Vector512<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(void* source) => Vector512.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, Vector512<int> value) => value.Store((int*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAddPairs(Vector512<int> a, Vector512<int> b) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16())
        : Vector512.Create(
            Simd256.MultiplyAddPairs(a.GetLower(), b.GetLower()),
            Simd256.MultiplyAddPairs(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<int> a, Vector512<int> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> value, Vector512<int> counts) => Avx512F.IsSupported
        ? Avx512F.ShiftRightArithmeticVariable(value, counts.AsUInt32())
        : Vector512.Create(
            Simd256.ShiftRight(value.GetLower(), counts.GetLower()),
            Simd256.ShiftRight(value.GetUpper(), counts.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Min16(Vector512<int> a, Vector512<int> b) => Vector512.Min(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Max16(Vector512<int> a, Vector512<int> b) => Vector512.Max(a.AsInt16(), b.AsInt16()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> UnpackLow(Vector512<int> a, Vector512<int> b) => Avx512BW.IsSupported
        ? Avx512BW.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32()
        : Vector512.Create(
            Simd256.UnpackLow(a.GetLower(), b.GetLower()),
            Simd256.UnpackLow(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> UnpackHigh(Vector512<int> a, Vector512<int> b) => Avx512BW.IsSupported
        ? Avx512BW.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32()
        : Vector512.Create(
            Simd256.UnpackHigh(a.GetLower(), b.GetLower()),
            Simd256.UnpackHigh(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Pack(Vector512<int> low, Vector512<int> high) => Avx512BW.IsSupported
        ? Avx512BW.PackSignedSaturate(low, high).AsInt32()
        : Vector512.Create(
            Simd256.Pack(low.GetLower(), high.GetLower()),
            Simd256.Pack(low.GetUpper(), high.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(short* first, short* second, Vector512<int> packed)
    {
        Vector512<long> halves = Vector512.Shuffle(packed.AsInt64(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7));
        halves.GetLower().Store((long*)first);
        halves.GetUpper().Store((long*)second);
    }
}
