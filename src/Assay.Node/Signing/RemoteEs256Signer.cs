using Assay.Files;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Node.Signing;

/// <summary>The receipt key at a signer. What comes back is checked before anything is made of it.</summary>
internal sealed class RemoteEs256Signer(SignerConnection connection, P256PublicKey key) : IEs256Signer
{
    public P256PublicKey PublicKey => key;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature64)
    {
        byte[] signature = connection.Sign(SignerProtocol.SignBatch, data);
        if (key.Verify(data, signature) != CheckResult.Pass)
        {
            throw new KeyException(NodeKeyErrors.Signer, "The signer answered a signature that isn't the receipt key's.");
        }

        signature.CopyTo(signature64);
    }
}
