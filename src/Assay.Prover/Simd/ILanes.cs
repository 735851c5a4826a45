namespace Assay.Prover.Simd;

/// <summary>The few operations on a vector of 32-bit words that differ between instruction sets. A pair of neighbouring words (even,
/// odd) is one 64-bit number, the even word its low half.</summary>
/// <typeparam name="TV">The vector.</typeparam>
/// <remarks>Safety: <see cref="Load"/> and <see cref="Store"/> touch <see cref="Count"/> words from the pointer, no more.</remarks>
internal unsafe interface ILanes<TV>
    where TV : struct
{
    /// <summary>Words in a vector; divides 16.</summary>
    static abstract int Count { get; }

    static abstract TV Zero { get; }

    static abstract TV Load(uint* source);

    static abstract void Store(uint* destination, TV value);

    static abstract TV Broadcast(uint value);

    /// <summary>The value in odd places, 0 in even ones.</summary>
    static abstract TV BroadcastHigh(uint value);

    static abstract TV Add(TV a, TV b);

    static abstract TV Sub(TV a, TV b);

    /// <summary>The smaller word, unsigned.</summary>
    static abstract TV Min(TV a, TV b);

    static abstract TV Add64(TV a, TV b);

    /// <summary>The high word of each 64-bit number, as a 64-bit number.</summary>
    static abstract TV High64(TV a);

    /// <summary>The 64-bit products of the even words.</summary>
    static abstract TV MulEven(TV a, TV b);

    /// <summary>The odd words in even places; what is in odd places isn't said.</summary>
    static abstract TV Odd(TV a);

    /// <summary>The high words of two vectors of 64-bit numbers: of the first in even places, of the second in odd ones.</summary>
    static abstract TV MergeHigh(TV even, TV odd);
}
