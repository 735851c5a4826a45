namespace Assay.Prover.Simd;

/// <summary>
/// The vector primitives from which the kernels over the base field, and BLAKE3, are written. A kernel is generic over one
/// implementation and its vector type, both structs, so the JIT compiles one flat method for each instruction set.
/// </summary>
/// <typeparam name="TV">The vector: <see cref="Lanes"/> lanes of 32 bits.</typeparam>
/// <remarks>
/// <para>Data are residues below p in standard form. Constants that multiply them are in Montgomery form (<see cref="Montgomery"/>),
/// so a product is in standard form again.</para>
/// <para>Safety: pointers need no alignment; the caller guarantees that one whole vector is readable (or writable) there.</para>
/// </remarks>
internal unsafe interface IBaseVector<TV>
    where TV : unmanaged
{
    /// <summary>Number of 32-bit lanes.</summary>
    static abstract int Lanes { get; }

    static abstract TV Load(void* source);

    static abstract void Store(void* destination, TV value);

    /// <summary>Stores past the caches; aligned to the vector's size.</summary>
    static abstract void StoreStreaming(void* destination, TV value);

    /// <summary>All lanes hold <paramref name="value"/>.</summary>
    static abstract TV Broadcast(uint value);

    /// <summary>32-bit addition, wrapping.</summary>
    static abstract TV Add(TV a, TV b);

    /// <summary>32-bit subtraction, wrapping.</summary>
    static abstract TV Subtract(TV a, TV b);

    /// <summary>The smaller unsigned number.</summary>
    static abstract TV Min(TV a, TV b);

    static abstract TV Xor(TV a, TV b);

    static abstract TV RotateRight16(TV value);

    static abstract TV RotateRight12(TV value);

    static abstract TV RotateRight8(TV value);

    static abstract TV RotateRight7(TV value);

    /// <summary><c>data * c mod p</c>, below p.</summary>
    /// <param name="data">Any 32-bit numbers.</param>
    /// <param name="constant">The Montgomery form of c, the same in all lanes.</param>
    /// <param name="factor">That times p^-1 mod 2^32, the same in all lanes (<see cref="Montgomery.Factor"/>).</param>
    static abstract TV MultiplyConstant(TV data, TV constant, TV factor);

    /// <summary>Lane by lane, <c>a.low * b.low + a.high * b.high</c> of signed 16-bit halves, wrapping (vpmaddwd).</summary>
    static abstract TV MultiplyAddPairs(TV a, TV b);

    /// <summary>In each group of 128 bits (or one lane) the lower halves of a and b, their 16-bit elements by turns.</summary>
    static abstract TV UnpackLow(TV a, TV b);

    /// <inheritdoc cref="UnpackLow"/>
    static abstract TV UnpackHigh(TV a, TV b);

    /// <summary>Transposes 16 words of each of <see cref="Lanes"/> sources: word w of source i goes to lane i of vector w.</summary>
    static abstract void LoadWords(uint** sources, nint offset, TV* vectors);

    /// <summary>The reverse for 8 words: lane i of vector w goes to word w at <c>destination + 8*i</c>.</summary>
    static abstract void StoreDigests(TV* vectors, uint* destination);
}
