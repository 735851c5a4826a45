namespace Assay.Prover.Simd;

/// <summary>Where the low and high halves of the four tables a, b, c, d of <c>a*b + c*d</c> are.</summary>
internal unsafe struct LayerTile
{
    public uint* A, AHigh, B, BHigh, C, CHigh, D, DHigh;
}
