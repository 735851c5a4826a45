namespace Assay.Proofs.Circuits;

/// <summary>One axis of a sliding window: output position o and tap t read place <c>o*Stride + t*Dilation - Pad</c>, zero outside.</summary>
/// <param name="Dim">The column's dimension that it slides over, which is also the box's axis; -1 if there is none (one tap).</param>
/// <param name="Taps">1 or more.</param>
public sealed record Window(int Dim, int Taps, int Stride, int Dilation, int Pad)
{
    /// <summary>No window: one tap over nothing.</summary>
    public static Window None { get; } = new(-1, 1, 1, 1, 0);
}
