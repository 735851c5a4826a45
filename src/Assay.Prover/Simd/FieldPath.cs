namespace Assay.Prover.Simd;

/// <summary>Which instructions the kernels use. The results are the same.</summary>
internal enum FieldPath
{
    /// <summary>128-bit vectors; what every machine has.</summary>
    Portable,

    /// <summary>AVX2.</summary>
    Avx2,

    /// <summary>AVX-512 F.</summary>
    Avx512,
}
