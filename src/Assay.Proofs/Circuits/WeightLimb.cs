namespace Assay.Proofs.Circuits;

/// <summary>Which part of its weights a matrix holds.</summary>
public enum WeightLimb
{
    /// <summary>The weights, and the bias in its slots.</summary>
    Whole,

    /// <summary><c>w0</c> of <c>w = 256*w1 + w0</c>, and the bias in its slots.</summary>
    Low,

    /// <summary><c>w1</c>, without a bias.</summary>
    High,
}
