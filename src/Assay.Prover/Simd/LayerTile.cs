namespace Assay.Prover.Simd;

/// <summary>Where the low and high halves of the four tables a, b, c, d of <c>a*b + c*d</c> are.</summary>
internal unsafe struct LayerTile
{
    public uint* A, AHigh, B, BHigh, C, CHigh, D, DHigh;

    /// <summary>The same from a later block on.</summary>
    public readonly LayerTile Skip(long blocks)
    {
        long words = blocks * ExtensionKernels.BlockWords;
        return new()
        {
            A = A + words, AHigh = AHigh + words,
            B = B + words, BHigh = BHigh + words,
            C = C + words, CHigh = CHigh + words,
            D = D + words, DHigh = DHigh + words,
        };
    }
}
