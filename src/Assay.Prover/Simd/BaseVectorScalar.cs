using System.Numerics;
using System.Runtime.CompilerServices;

namespace Assay.Prover.Simd;

/// <summary>The portable path: one lane in plain C#, with no intrinsic and no vector type.</summary>
/// <remarks>Safety: see <see cref="IBaseVector{TV}"/>.</remarks>
internal readonly unsafe struct BaseVectorScalar : IBaseVector<uint>
{
    public static int Lanes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load(void* source) => Unsafe.ReadUnaligned<uint>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, uint value) => Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(void* destination, uint value) => Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Broadcast(uint value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint a, uint b) => unchecked(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Subtract(uint a, uint b) => unchecked(a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Min(uint a, uint b) => Math.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Xor(uint a, uint b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight16(uint value) => BitOperations.RotateRight(value, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight12(uint value) => BitOperations.RotateRight(value, 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight8(uint value) => BitOperations.RotateRight(value, 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight7(uint value) => BitOperations.RotateRight(value, 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MultiplyConstant(uint data, uint constant, uint factor) => Montgomery.Multiply(data, constant, factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MultiplyAddPairs(uint a, uint b) =>
        unchecked((uint)(((short)a * (short)b) + (((int)a >> 16) * ((int)b >> 16))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UnpackLow(uint a, uint b) => (a & 0xffff) | (b << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UnpackHigh(uint a, uint b) => (a >> 16) | (b & 0xffff0000);

    public static void LoadWords(uint** sources, nint offset, uint* vectors) =>
        Unsafe.CopyBlockUnaligned(vectors, sources[0] + offset, 64);

    public static void StoreDigests(uint* vectors, uint* destination) => Unsafe.CopyBlockUnaligned(destination, vectors, 32);
}
