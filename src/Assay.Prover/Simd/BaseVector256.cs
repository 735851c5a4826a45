using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>The 256-bit path: AVX2, or what the framework makes of vectors (two halves, other processors) where there is none.</summary>
/// <remarks>Safety: see <see cref="IBaseVector{TV}"/>. Branches on <c>IsSupported</c> are constants to the JIT.</remarks>
internal readonly unsafe struct BaseVector256 : IBaseVector<Vector256<uint>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(void* source) => Vector256.Load((uint*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, Vector256<uint> value) => value.Store((uint*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(void* destination, Vector256<uint> value) => value.StoreAlignedNonTemporal((uint*)destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Subtract(Vector256<uint> a, Vector256<uint> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Min(Vector256<uint> a, Vector256<uint> b) => Vector256.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight16(Vector256<uint> value) => Avx2.IsSupported
        ? Avx2.Shuffle(value.AsByte(), Vector256.Create(
            (byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)).AsUInt32()
        : (value >> 16) | (value << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight12(Vector256<uint> value) => (value >> 12) | (value << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight8(Vector256<uint> value) => Avx2.IsSupported
        ? Avx2.Shuffle(value.AsByte(), Vector256.Create(
            (byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32()
        : (value >> 8) | (value << 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight7(Vector256<uint> value) => (value >> 7) | (value << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyConstant(Vector256<uint> data, Vector256<uint> constant, Vector256<uint> factor)
    {
        Vector256<uint> p = Vector256.Create(KoalaBear.P);
        Vector256<uint> odd = (data.AsUInt64() >> 32).AsUInt32();

        // The low halves of both products are equal, so the difference of 64 bits has the result in its high half.
        Vector256<ulong> even64 = MultiplyEven(data, constant) - MultiplyEven(MultiplyEven(data, factor).AsUInt32(), p);
        Vector256<ulong> odd64 = MultiplyEven(odd, constant) - MultiplyEven(MultiplyEven(odd, factor).AsUInt32(), p);
        Vector256<uint> difference = Avx2.IsSupported
            ? Avx2.Blend((even64 >> 32).AsUInt32(), odd64.AsUInt32(), 0b10101010)
            : ((even64 >> 32) | (odd64 & Vector256.Create(0xffffffff00000000))).AsUInt32();
        return Vector256.Min(difference, difference + p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyAddPairs(Vector256<uint> a, Vector256<uint> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsUInt32();
        }

        Vector256<int> x = a.AsInt32();
        Vector256<int> y = b.AsInt32();
        return (((x << 16 >> 16) * (y << 16 >> 16)) + ((x >> 16) * (y >> 16))).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> UnpackLow(Vector256<uint> a, Vector256<uint> b) => Avx2.IsSupported
        ? Avx2.UnpackLow(a.AsUInt16(), b.AsUInt16()).AsUInt32()
        : Vector256.Create(Zip(a.GetLower(), b.GetLower(), upper: false), Zip(a.GetUpper(), b.GetUpper(), upper: false));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> UnpackHigh(Vector256<uint> a, Vector256<uint> b) => Avx2.IsSupported
        ? Avx2.UnpackHigh(a.AsUInt16(), b.AsUInt16()).AsUInt32()
        : Vector256.Create(Zip(a.GetLower(), b.GetLower(), upper: true), Zip(a.GetUpper(), b.GetUpper(), upper: true));

    public static void LoadWords(uint** sources, nint offset, Vector256<uint>* vectors)
    {
        Load8(sources, offset, vectors, 1);
        Load8(sources, offset + 8, vectors + 8, 1);
    }

    public static void StoreDigests(Vector256<uint>* vectors, uint* destination)
    {
        uint** sources = stackalloc uint*[8];
        for (int i = 0; i < 8; i++)
        {
            sources[i] = (uint*)(vectors + i);
        }

        Load8(sources, 0, (Vector256<uint>*)destination, 1);
    }

    /// <summary>Transposes 8 words of 8 sources; vector w is stored at <c>to[w * stride]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Load8(uint** sources, nint offset, Vector256<uint>* to, int stride)
    {
        if (!Avx2.IsSupported)
        {
            for (int w = 0; w < 8; w++)
            {
                for (int i = 0; i < 8; i++)
                {
                    ((uint*)(to + (w * stride)))[i] = sources[i][offset + w];
                }
            }

            return;
        }

        Vector256<uint> r0 = Vector256.Load(sources[0] + offset);
        Vector256<uint> r1 = Vector256.Load(sources[1] + offset);
        Vector256<uint> r2 = Vector256.Load(sources[2] + offset);
        Vector256<uint> r3 = Vector256.Load(sources[3] + offset);
        Vector256<uint> r4 = Vector256.Load(sources[4] + offset);
        Vector256<uint> r5 = Vector256.Load(sources[5] + offset);
        Vector256<uint> r6 = Vector256.Load(sources[6] + offset);
        Vector256<uint> r7 = Vector256.Load(sources[7] + offset);
        Vector256<ulong> a0 = Avx2.UnpackLow(r0, r1).AsUInt64();
        Vector256<ulong> a1 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        Vector256<ulong> a2 = Avx2.UnpackLow(r2, r3).AsUInt64();
        Vector256<ulong> a3 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        Vector256<ulong> a4 = Avx2.UnpackLow(r4, r5).AsUInt64();
        Vector256<ulong> a5 = Avx2.UnpackHigh(r4, r5).AsUInt64();
        Vector256<ulong> a6 = Avx2.UnpackLow(r6, r7).AsUInt64();
        Vector256<ulong> a7 = Avx2.UnpackHigh(r6, r7).AsUInt64();

        // Words 0 and 4, 1 and 5, 2 and 6, 3 and 7 of sources 0-3 (b0-b3) and of sources 4-7 (b4-b7).
        Vector256<ulong> b0 = Avx2.UnpackLow(a0, a2);
        Vector256<ulong> b1 = Avx2.UnpackHigh(a0, a2);
        Vector256<ulong> b2 = Avx2.UnpackLow(a1, a3);
        Vector256<ulong> b3 = Avx2.UnpackHigh(a1, a3);
        Vector256<ulong> b4 = Avx2.UnpackLow(a4, a6);
        Vector256<ulong> b5 = Avx2.UnpackHigh(a4, a6);
        Vector256<ulong> b6 = Avx2.UnpackLow(a5, a7);
        Vector256<ulong> b7 = Avx2.UnpackHigh(a5, a7);
        Put(to, Avx2.Permute2x128(b0, b4, 0x20));
        Put(to + stride, Avx2.Permute2x128(b1, b5, 0x20));
        Put(to + (2 * stride), Avx2.Permute2x128(b2, b6, 0x20));
        Put(to + (3 * stride), Avx2.Permute2x128(b3, b7, 0x20));
        Put(to + (4 * stride), Avx2.Permute2x128(b0, b4, 0x31));
        Put(to + (5 * stride), Avx2.Permute2x128(b1, b5, 0x31));
        Put(to + (6 * stride), Avx2.Permute2x128(b2, b6, 0x31));
        Put(to + (7 * stride), Avx2.Permute2x128(b3, b7, 0x31));
    }

    /// <summary>The low 32 bits of each 64-bit lane, multiplied to 64 bits (vpmuludq).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<ulong> MultiplyEven(Vector256<uint> a, Vector256<uint> b)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.Multiply(a, b);
        }

        Vector256<ulong> mask = Vector256.Create(0xfffffffful);
        return (a.AsUInt64() & mask) * (b.AsUInt64() & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<uint>* to, Vector256<ulong> value) => value.AsUInt32().Store((uint*)to);

    private static Vector128<uint> Zip(Vector128<uint> a, Vector128<uint> b, bool upper)
    {
        Vector128<uint> x = upper ? Vector128.WidenUpper(a.AsUInt16()) : Vector128.WidenLower(a.AsUInt16());
        Vector128<uint> y = upper ? Vector128.WidenUpper(b.AsUInt16()) : Vector128.WidenLower(b.AsUInt16());
        return x | (y << 16);
    }
}
