using System.Security.Cryptography;
using Assay.Primitives.Notes.Curve25519;

namespace Assay.Primitives.Notes;

/// <summary>Ed25519 (RFC 8032, section 5.1) for signed notes, which the platform doesn't have.</summary>
/// <remarks>
/// Signing has no branch and no memory address that depends on the seed, as far as our own code can
/// say: the JIT is free to compile it otherwise, and intermediate values may stay on the stack. Whoever
/// fears an attacker with timers on the same machine keeps the log key elsewhere.
/// Verification is strict and cofactorless: S and A must be reduced, A must not have small order,
/// and R is compared as bytes. It accepts a subset of what RFC 8032 allows and of what Go's crypto/ed25519
/// accepts; every signature made honestly is in it.
/// </remarks>
public static class Ed25519
{
    /// <summary>Length of a seed (the private key of RFC 8032) in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>Length of a public key in bytes.</summary>
    public const int PublicKeySize = 32;

    /// <summary>Length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>The public key of a seed, 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed isn't 32 bytes.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        Span<byte> expanded = stackalloc byte[64];
        Expand(seed, expanded);
        byte[] publicKey = new byte[PublicKeySize];
        ScalarMultiplication.SecretTimesBase(expanded[..32]).Encode(publicKey);
        CryptographicOperations.ZeroMemory(expanded);
        return publicKey;
    }

    /// <summary>Signs <paramref name="message"/>; deterministic. Writes 64 bytes to <paramref name="signature64"/>.</summary>
    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or there is no room for the signature.</exception>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature64)
    {
        if (signature64.Length < SignatureSize)
        {
            throw new ArgumentException("A signature has 64 bytes.", nameof(signature64));
        }

        Span<byte> expanded = stackalloc byte[64];
        Expand(seed, expanded);
        Span<byte> secret = expanded[..32];

        Span<byte> publicKey = stackalloc byte[32];
        ScalarMultiplication.SecretTimesBase(secret).Encode(publicKey);

        Span<byte> nonce = stackalloc byte[32];
        HashToScalar(expanded[32..], [], message, nonce);

        Span<byte> encodedR = stackalloc byte[32];
        ScalarMultiplication.SecretTimesBase(nonce).Encode(encodedR);

        Span<byte> challenge = stackalloc byte[32];
        HashToScalar(encodedR, publicKey, message, challenge);

        // The message may overlap the destination, so nothing is written before here.
        encodedR.CopyTo(signature64);
        Scalar.MultiplyAdd(challenge, secret, nonce, signature64[32..]);
        CryptographicOperations.ZeroMemory(expanded);
        CryptographicOperations.ZeroMemory(nonce);
    }

    /// <summary>Whether <paramref name="signature"/> is one of <paramref name="publicKey"/> over <paramref name="message"/>.</summary>
    /// <returns><see cref="CheckResult.Pass"/> or <see cref="CheckResult.Fail"/>, also for wrong lengths; never throws.</returns>
    public static CheckResult Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize
            || !Scalar.IsReduced(signature[32..])
            || !TryDecodeKey(publicKey, out EdwardsPoint a))
        {
            return CheckResult.Fail;
        }

        Span<byte> challenge = stackalloc byte[32];
        HashToScalar(signature[..32], publicKey, message, challenge);

        // R = S B - k A, compared encoded: a non-canonical R never equals an encoding.
        Span<byte> expected = stackalloc byte[32];
        ScalarMultiplication.PublicCombination(challenge, EdwardsPoint.Negate(a), signature[32..]).Encode(expected);
        return expected.SequenceEqual(signature[..32]) ? CheckResult.Pass : CheckResult.Fail;
    }

    /// <summary>Whether 32 bytes are a public key that <see cref="Verify"/> can accept anything under.</summary>
    internal static bool IsPublicKey(ReadOnlySpan<byte> publicKey) => TryDecodeKey(publicKey, out _);

    private static bool TryDecodeKey(ReadOnlySpan<byte> publicKey, out EdwardsPoint point)
    {
        point = EdwardsPoint.Identity;
        return publicKey.Length == PublicKeySize
            && EdwardsPoint.TryDecode(publicKey, out point)
            && !point.HasSmallOrder();
    }

    /// <summary>SHA-512 of the seed, its first half clamped (RFC 8032, section 5.1.5).</summary>
    private static void Expand(ReadOnlySpan<byte> seed, Span<byte> expanded)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException("A seed has 32 bytes.", nameof(seed));
        }

        SHA512.HashData(seed, expanded);
        expanded[0] &= 0xF8;
        expanded[31] &= 0x7F;
        expanded[31] |= 0x40;
    }

    private static void HashToScalar(
        ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> message, Span<byte> scalar)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(a);
        hash.AppendData(b);
        hash.AppendData(message);
        Span<byte> wide = stackalloc byte[64];
        hash.GetHashAndReset(wide);
        Scalar.Reduce(wide, scalar);
        CryptographicOperations.ZeroMemory(wide);
    }
}
