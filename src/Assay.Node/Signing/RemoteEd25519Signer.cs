using Assay.Primitives.Notes;

namespace Assay.Node.Signing;

/// <summary>The log key at a signer. The log checks every checkpoint's signature before it publishes it.</summary>
internal sealed class RemoteEd25519Signer(SignerConnection connection, byte[] publicKey) : IEd25519Signer
{
    public ReadOnlyMemory<byte> PublicKey => publicKey;

    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature64) => connection.Sign(SignerProtocol.SignCheckpoint, message).CopyTo(signature64);
}
