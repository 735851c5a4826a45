using System.Numerics;
using System.Security.Cryptography;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>
/// An account that signs by a private key in this process. The framework's ECDSA signs (constant time and the nonce are its library's affair); what
/// Ethereum wants on top is done with public values: s made low, v found by trying which one recovers the address. Safe for use by many at once.
/// </summary>
public sealed class EvmAccount : IEvmSigner, IDisposable
{
    /// <summary>Bytes of a private key.</summary>
    public const int KeySize = 32;

    private const string Curve = "1.3.132.0.10";

    private static readonly BigInteger Order = (new BigInteger(Secp256k1.HalfOrder, isUnsigned: true, isBigEndian: true) * 2) + 1;

    private readonly ECDsa _key;
    private readonly Lock _signing = new();

    private EvmAccount(ECDsa key)
    {
        _key = key;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        Address = EvmAddress.From(Keccak256.HashData([.. point.X!, .. point.Y!]).Bytes[12..]);
    }

    /// <inheritdoc/>
    public EvmAddress Address { get; }

    /// <summary>The account of a private key.</summary>
    /// <exception cref="ArgumentException">It isn't 32 bytes of a number from 1 to the curve's order less 1.</exception>
    /// <exception cref="PlatformNotSupportedException">This system's library lacks the curve secp256k1.</exception>
    public static EvmAccount FromPrivateKey(ReadOnlySpan<byte> key)
    {
        if (!IsPrivateKey(key))
        {
            throw new ArgumentException("A private key is 32 bytes, a number from 1 to the curve's order less 1.", nameof(key));
        }

        byte[] copy = key.ToArray();
        try
        {
            return Open(() => ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromValue(Curve), D = copy }));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>An account with a new key.</summary>
    /// <exception cref="PlatformNotSupportedException">This system's library lacks the curve secp256k1.</exception>
    public static EvmAccount Generate() => Open(() => ECDsa.Create(ECCurve.CreateFromValue(Curve)));

    /// <summary>Whether bytes can be a private key.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> key) =>
        key.Length == KeySize && key.ContainsAnyExcept((byte)0) && key.SequenceCompareTo(Order.ToByteArray(isUnsigned: true, isBigEndian: true)) < 0;

    /// <summary>The private key, for whoever puts it into a file; zero it after use.</summary>
    public byte[] ExportPrivateKey()
    {
        lock (_signing)
        {
            return _key.ExportParameters(includePrivateParameters: true).D!;
        }
    }

    /// <inheritdoc/>
    public EvmSignature Sign(in Digest32 digest)
    {
        Span<byte> bytes = stackalloc byte[EvmSignature.Size];
        lock (_signing)
        {
            _key.SignHash(digest.Bytes, bytes, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        if (bytes[32..64].SequenceCompareTo(Secp256k1.HalfOrder) > 0)
        {
            EvmAmount.Word(Order - new BigInteger(bytes[32..64], isUnsigned: true, isBigEndian: true)).CopyTo(bytes[32..]);
        }

        for (byte v = 27; v <= 28; v++)
        {
            bytes[64] = v;
            if (EvmSignature.TryFrom(bytes, out EvmSignature signature) && Secp256k1.Recover(digest, signature) == Address)
            {
                return signature;
            }
        }

        // One signature in 2^128 has its point's x above the order; a library that gives more of them is broken.
        throw new CryptographicException("The framework's signature doesn't recover the account.");
    }

    /// <summary>Ends the key's use; the framework clears it.</summary>
    public void Dispose() => _key.Dispose();

    private static EvmAccount Open(Func<ECDsa> make)
    {
        try
        {
            return new EvmAccount(make());
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            throw new PlatformNotSupportedException("This system's cryptographic library can't use the curve secp256k1, which Ethereum's accounts need: " + e.Message);
        }
    }
}
