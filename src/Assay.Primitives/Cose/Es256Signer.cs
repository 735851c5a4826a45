using System.Security.Cryptography;

namespace Assay.Primitives.Cose;

/// <summary>Signs with a key of the platform's cryptography, which also draws the nonce and is fixed-time.</summary>
public sealed class Es256Signer : IEs256Signer, IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    /// <summary>Takes ownership of <paramref name="key"/>.</summary>
    /// <exception cref="ArgumentException">It isn't a P-256 key.</exception>
    public Es256Signer(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Q.X is not { Length: 32 } x
            || parameters.Q.Y is not { Length: 32 } y
            || !P256PublicKey.TryFrom([.. x, .. y], out P256PublicKey publicKey))
        {
            throw new ArgumentException("Not a P-256 key.", nameof(key));
        }

        _key = key;
        PublicKey = publicKey;
    }

    /// <inheritdoc/>
    public P256PublicKey PublicKey { get; }

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature64)
    {
        Span<byte> signature = signature64[..P256PublicKey.SignatureSize];

        // The platform doesn't promise that one key object may sign on two threads at once.
        lock (_gate)
        {
            _key.SignData(
                data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        P256Order.Normalise(signature[32..]);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
