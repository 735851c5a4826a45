namespace Assay.Prover.Simd;

/// <summary>Which kernels run. All give the same bytes; they differ in speed only.</summary>
internal enum VectorPath
{
    /// <summary>The fastest that the machine has instructions for.</summary>
    Auto,

    /// <summary>512-bit vectors: AVX-512, or pairs of 256-bit vectors on a machine without it.</summary>
    Vector512,

    /// <summary>256-bit vectors: AVX2, or pairs of 128-bit vectors on a machine without it.</summary>
    Vector256,

    /// <summary>Plain C# without vectors.</summary>
    Portable,
}
