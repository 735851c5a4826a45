using System.Buffers.Binary;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// Remembers which signatures of certificates and lists held, by digests of the issuer's certificate and of what it signed: the same
/// signature over the same bytes under the same key always holds, so the cache changes only how long it takes. Validity, roles and
/// revocation are looked at each time. Of fixed size; for any number of threads.
/// </summary>
internal sealed class ChainCache
{
    private const int Slots = 1024;
    private readonly Pair?[] _pairs = new Pair?[Slots];

    /// <summary>The process's own.</summary>
    internal static ChainCache Shared { get; } = new();

    /// <summary>Whether <paramref name="issuer"/>'s key signed the certificate.</summary>
    internal bool Verifies(Certificate issuer, Certificate certificate) =>
        Verifies(issuer, certificate.Digest, certificate.Algorithm, certificate.Tbs.Span, certificate.Signature.Span);

    /// <summary>Whether <paramref name="issuer"/>'s key signed the list.</summary>
    internal bool Verifies(Certificate issuer, RevocationList list) =>
        Verifies(issuer, list.Digest, list.Algorithm, list.Tbs.Span, list.Signature.Span);

    private bool Verifies(Certificate issuer, Digest32 signed, SignatureAlgorithm algorithm, ReadOnlySpan<byte> tbs, ReadOnlySpan<byte> signature)
    {
        int slot = (int)((Low(issuer.Digest) ^ Low(signed)) % Slots);
        if (Volatile.Read(ref _pairs[slot]) is Pair known && known.Issuer == issuer.Digest && known.Signed == signed)
        {
            return true;
        }

        // Only what holds is remembered: who sends forgeries can't fill the cache with them.
        if (issuer.Key?.Verifies(algorithm, tbs, signature) != true)
        {
            return false;
        }

        Volatile.Write(ref _pairs[slot], new Pair(issuer.Digest, signed));
        return true;
    }

    private static uint Low(Digest32 digest) => BinaryPrimitives.ReadUInt32LittleEndian(digest.Bytes);

    private sealed record Pair(Digest32 Issuer, Digest32 Signed);
}
