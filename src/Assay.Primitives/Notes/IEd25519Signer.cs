namespace Assay.Primitives.Notes;

/// <summary>Holds an Ed25519 private key and signs with it. Implementations are safe for concurrent use.</summary>
public interface IEd25519Signer
{
    /// <summary>The key that verifies, 32 bytes.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs <paramref name="message"/> (RFC 8032) and writes 64 bytes to <paramref name="signature64"/>.</summary>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature64);
}
