namespace Assay.Engine.Simd;

/// <summary>
/// The few vector primitives from which every integer kernel is written. A kernel is generic over one implementation and its
/// vector type, both structs, so the JIT compiles one flat method per instruction set and nothing is dispatched at run time.
/// </summary>
/// <typeparam name="TV">The vector: <see cref="Lanes"/> 32-bit lanes, or twice as many 16-bit ones.</typeparam>
/// <remarks>
/// <para>Two orders of 16-bit elements occur. <i>Memory order</i> is that of <see cref="Load"/>. <i>Split order</i> is what
/// <see cref="UnpackLow"/> and <see cref="UnpackHigh"/> make of it: in every group of 128 bits the first four elements go to the
/// low vector, the last four to the high one. <see cref="Pack"/> is the exact inverse. Weights, biases and shifts are stored in
/// split order when a plan is built (<see cref="SplitOrder"/>), so no kernel ever permutes across 128-bit groups.</para>
/// <para>Safety: pointers need no alignment; the caller guarantees that one whole vector is readable (or writable) there.</para>
/// </remarks>
internal unsafe interface ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Number of 32-bit lanes.</summary>
    static abstract int Lanes { get; }

    static abstract TV Zero { get; }

    static abstract TV Load(void* source);

    static abstract void Store(void* destination, TV value);

    /// <summary>All 32-bit lanes hold <paramref name="value"/>.</summary>
    static abstract TV Broadcast(int value);

    /// <summary>Lane by lane, <c>a.low * b.low + a.high * b.high</c> of signed 16-bit halves, wrapping (vpmaddwd).</summary>
    static abstract TV MultiplyAddPairs(TV a, TV b);

    /// <summary>32-bit addition, wrapping.</summary>
    static abstract TV Add(TV a, TV b);

    /// <summary>32-bit multiplication, low half.</summary>
    static abstract TV Multiply(TV a, TV b);

    /// <summary>32-bit arithmetic shift right, each lane by its own count (0 to 31).</summary>
    static abstract TV ShiftRight(TV value, TV counts);

    static abstract TV Min16(TV a, TV b);

    static abstract TV Max16(TV a, TV b);

    static abstract TV UnpackLow(TV a, TV b);

    static abstract TV UnpackHigh(TV a, TV b);

    /// <summary>
    /// 32 to 16 bits, saturating; from split order to memory order. Results are clamped to a range inside int16 right after,
    /// and <c>clamp(saturate(v)) = clamp(v)</c> for such a range, so the saturation is not visible.
    /// </summary>
    static abstract TV Pack(TV low, TV high);

    /// <summary>Of <c>Pack(a, b)</c>, where <c>a</c> and <c>b</c> were in memory order: stores a's elements, half a vector, at
    /// <paramref name="first"/> and b's at <paramref name="second"/>.</summary>
    static abstract void StoreHalves(short* first, short* second, TV packed);
}
