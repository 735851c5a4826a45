using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>The 512-bit path: AVX-512, or pairs of 256-bit vectors where there is none (so that it is tested on every machine).</summary>
/// <remarks>Safety: see <see cref="IBaseVector{TV}"/>.</remarks>
internal readonly unsafe struct BaseVector512 : IBaseVector<Vector512<uint>>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(void* source) => Vector512.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, Vector512<uint> value) => value.Store((uint*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(void* destination, Vector512<uint> value) => value.StoreAlignedNonTemporal((uint*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Subtract(Vector512<uint> a, Vector512<uint> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Min(Vector512<uint> a, Vector512<uint> b) => Vector512.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight16(Vector512<uint> value) =>
        Avx512F.IsSupported ? Avx512F.RotateRight(value, 16) : (value >> 16) | (value << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight12(Vector512<uint> value) =>
        Avx512F.IsSupported ? Avx512F.RotateRight(value, 12) : (value >> 12) | (value << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight8(Vector512<uint> value) =>
        Avx512F.IsSupported ? Avx512F.RotateRight(value, 8) : (value >> 8) | (value << 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight7(Vector512<uint> value) =>
        Avx512F.IsSupported ? Avx512F.RotateRight(value, 7) : (value >> 7) | (value << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyConstant(Vector512<uint> data, Vector512<uint> constant, Vector512<uint> factor)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512.Create(
                BaseVector256.MultiplyConstant(data.GetLower(), constant.GetLower(), factor.GetLower()),
                BaseVector256.MultiplyConstant(data.GetUpper(), constant.GetUpper(), factor.GetUpper()));
        }

        Vector512<uint> p = Vector512.Create(KoalaBear.P);
        Vector512<uint> odd = (data.AsUInt64() >> 32).AsUInt32();
        Vector512<ulong> even64 = Avx512F.Multiply(data, constant) - Avx512F.Multiply(Avx512F.Multiply(data, factor).AsUInt32(), p);
        Vector512<ulong> odd64 = Avx512F.Multiply(odd, constant) - Avx512F.Multiply(Avx512F.Multiply(odd, factor).AsUInt32(), p);

        // One instruction (vpternlog) for the two masks and the or.
        Vector512<ulong> high = Vector512.Create(0xffffffff00000000);
        Vector512<uint> difference = Vector512.ConditionalSelect(high, odd64, even64 >> 32).AsUInt32();
        return Vector512.Min(difference, difference + p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyAddPairs(Vector512<uint> a, Vector512<uint> b) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsUInt32()
        : Vector512.Create(
            BaseVector256.MultiplyAddPairs(a.GetLower(), b.GetLower()),
            BaseVector256.MultiplyAddPairs(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> UnpackLow(Vector512<uint> a, Vector512<uint> b) => Avx512BW.IsSupported
        ? Avx512BW.UnpackLow(a.AsUInt16(), b.AsUInt16()).AsUInt32()
        : Vector512.Create(
            BaseVector256.UnpackLow(a.GetLower(), b.GetLower()),
            BaseVector256.UnpackLow(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> UnpackHigh(Vector512<uint> a, Vector512<uint> b) => Avx512BW.IsSupported
        ? Avx512BW.UnpackHigh(a.AsUInt16(), b.AsUInt16()).AsUInt32()
        : Vector512.Create(
            BaseVector256.UnpackHigh(a.GetLower(), b.GetLower()),
            BaseVector256.UnpackHigh(a.GetUpper(), b.GetUpper()));

    // Halves of eight sources each: a few more shuffles than one transposition of 16 rows, a tenth of a compression.
    public static void LoadWords(uint** sources, nint offset, Vector512<uint>* vectors)
    {
        Vector256<uint>* halves = (Vector256<uint>*)vectors;
        BaseVector256.Load8(sources, offset, halves, 2);
        BaseVector256.Load8(sources + 8, offset, halves + 1, 2);
        BaseVector256.Load8(sources, offset + 8, halves + 16, 2);
        BaseVector256.Load8(sources + 8, offset + 8, halves + 17, 2);
    }

    public static void StoreDigests(Vector512<uint>* vectors, uint* destination)
    {
        uint** sources = stackalloc uint*[8];
        for (int i = 0; i < 8; i++)
        {
            sources[i] = (uint*)(vectors + i);
        }

        BaseVector256.Load8(sources, 0, (Vector256<uint>*)destination, 1);
        BaseVector256.Load8(sources, 8, (Vector256<uint>*)(destination + 64), 1);
    }
}
