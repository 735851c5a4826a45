using Assay.Primitives.Cose;
using Assay.Primitives.Notes;

namespace Assay.Node.Keys;

/// <summary>A node's two keys, wherever they are: what signs batch heads, and what signs checkpoints.</summary>
/// <param name="ReceiptSigner">Signs batch heads.</param>
/// <param name="LogSigner">Signs checkpoints under the log's name.</param>
/// <param name="Owned">Disposed of with the keys: private keys, connections.</param>
public sealed record NodeKeys(IEs256Signer ReceiptSigner, NoteSigner LogSigner, params IDisposable[] Owned) : IDisposable
{
    /// <summary>Keys from a P-256 key and a seed; takes ownership of the key and copies the seed.</summary>
    internal static NodeKeys Local(string origin, System.Security.Cryptography.ECDsa key, ReadOnlySpan<byte> seed)
    {
        Es256Signer receipt = new(key);
        return new NodeKeys(receipt, new NoteSigner(origin, seed), receipt);
    }

    /// <inheritdoc/>
    public override string ToString() => $"keys of {LogSigner.VerifierKey.Name}";

    /// <inheritdoc/>
    public void Dispose()
    {
        LogSigner.Dispose();
        foreach (IDisposable owned in Owned)
        {
            owned.Dispose();
        }
    }
}
