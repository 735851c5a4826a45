namespace Assay.Primitives.Cose;

/// <summary>Holds a P-256 private key and signs with it. Implementations are safe for concurrent use.</summary>
public interface IEs256Signer
{
    /// <summary>The key that verifies.</summary>
    P256PublicKey PublicKey { get; }

    /// <summary>
    /// Signs SHA-256 of <paramref name="data"/> and writes <c>r | s</c> (64 bytes, big-endian, <c>s</c> in
    /// the lower half of the order) to <paramref name="signature64"/>.
    /// </summary>
    void Sign(ReadOnlySpan<byte> data, Span<byte> signature64);
}
