using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Prover.Simd;

/// <summary>AVX-512, or pairs of 256-bit vectors where there is none, so that it can be tested on every machine. Shuffles and minima are the scarce operations there: one two-source permutation takes the place of a shift and
/// a blend.</summary>
/// <remarks>Safety: see <see cref="ILanes{TV}"/>.</remarks>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<uint>>
{
    public static int Count => 16;

    public static Vector512<uint> Zero => Vector512<uint>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(uint* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint* destination, Vector512<uint> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BroadcastHigh(uint value) => Vector512.Create((ulong)value << 32).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sub(Vector512<uint> a, Vector512<uint> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Min(Vector512<uint> a, Vector512<uint> b) => Vector512.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add64(Vector512<uint> a, Vector512<uint> b) => (a.AsUInt64() + b.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> High64(Vector512<uint> a) => (a.AsUInt64() >>> 32).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MulEven(Vector512<uint> a, Vector512<uint> b) => Avx512F.IsSupported
        ? Avx512F.Multiply(a, b).AsUInt32()
        : Vector512.Create(Lanes256.MulEven(a.GetLower(), b.GetLower()), Lanes256.MulEven(a.GetUpper(), b.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Odd(Vector512<uint> a) => Avx512F.IsSupported
        ? Avx512F.DuplicateOddIndexed(a.AsSingle()).AsUInt32()
        : Vector512.Create(Lanes256.Odd(a.GetLower()), Lanes256.Odd(a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MergeHigh(Vector512<uint> even, Vector512<uint> odd) => Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(
            even, Vector512.Create(1u, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31), odd)
        : Vector512.Create(
            Lanes256.MergeHigh(even.GetLower(), odd.GetLower()), Lanes256.MergeHigh(even.GetUpper(), odd.GetUpper()));
}
