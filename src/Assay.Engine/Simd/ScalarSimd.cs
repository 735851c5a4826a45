using System.Runtime.CompilerServices;

namespace Assay.Engine.Simd;

/// <summary>The portable path: vectors of one 32-bit lane in plain C#, with no intrinsic and no vector type.</summary>
/// <remarks>Safety: see <see cref="ISimd{TV}"/>.</remarks>
internal readonly unsafe struct ScalarSimd : ISimd<int>
{
    public static int Lanes => 1;

    public static int Zero => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(void* source) => Unsafe.ReadUnaligned<int>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* destination, int value) => Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(int value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MultiplyAddPairs(int a, int b) => unchecked(((short)a * (short)b) + ((a >> 16) * (b >> 16)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(int a, int b) => unchecked(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Multiply(int a, int b) => unchecked(a * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ShiftRight(int value, int counts) => value >> counts;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Min16(int a, int b) => Join(Math.Min((short)a, (short)b), Math.Min(a >> 16, b >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max16(int a, int b) => Join(Math.Max((short)a, (short)b), Math.Max(a >> 16, b >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UnpackLow(int a, int b) => Join(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UnpackHigh(int a, int b) => Join(a >> 16, b >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pack(int low, int high) => Join(
        Math.Clamp(low, short.MinValue, short.MaxValue),
        Math.Clamp(high, short.MinValue, short.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(short* first, short* second, int packed)
    {
        *first = (short)packed;
        *second = (short)(packed >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Join(int low, int high) => (ushort)low | (high << 16);
}
