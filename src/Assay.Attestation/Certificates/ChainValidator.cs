using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// Validates chains of a fixed shape: so many certificates, each in its role, from the leaf to a root that is known byte for byte. No
/// search, no network, no name constraints, no policies: vendors' chains have none of them, and what a chain of theirs may look like
/// is known beforehand.
/// </summary>
internal static class ChainValidator
{
    /// <summary>Validates a chain.</summary>
    /// <param name="chain">Leaf first, root last.</param>
    /// <param name="roles">One for each certificate.</param>
    /// <param name="anchors">The roots that are trusted, DER; the chain's last must be one of them.</param>
    /// <param name="at">When all of them must be in force.</param>
    /// <param name="cache">Remembers signatures.</param>
    internal static ChainResult Validate(
        ReadOnlySpan<Certificate> chain, ReadOnlySpan<CertificateRole> roles, ImmutableArray<ReadOnlyMemory<byte>> anchors, DateTimeOffset at, ChainCache cache)
    {
        if (chain.Length != roles.Length || chain.IsEmpty)
        {
            return Fail(CertificateErrors.Length, -1);
        }

        ReadOnlyMemory<byte> root = chain[^1].Der;
        if (!anchors.Any(anchor => anchor.Span.SequenceEqual(root.Span)))
        {
            return Fail(CertificateErrors.Anchor, chain.Length - 1);
        }

        for (int i = 0; i < chain.Length; i++)
        {
            if (roles[i].Check(chain[i], below: Math.Max(0, i - 1)) is string code)
            {
                return Fail(code, i);
            }
        }

        // The root signs itself, if at all: that it's known is what counts.
        for (int i = chain.Length - 2; i >= 0; i--)
        {
            if (!chain[i].Issuer.Span.SequenceEqual(chain[i + 1].Subject.Span))
            {
                return Fail(CertificateErrors.Name, i);
            }

            if (!cache.Verifies(chain[i + 1], chain[i]))
            {
                return Fail(CertificateErrors.Signature, i);
            }
        }

        return CheckWindow(chain, at);
    }

    /// <summary>The certificate of the root that issued <paramref name="issued"/>, going by its name; null if none did.</summary>
    internal static Certificate? FindAnchor(Certificate issued, ImmutableArray<ReadOnlyMemory<byte>> anchors)
    {
        foreach (ReadOnlyMemory<byte> anchor in anchors)
        {
            if (Certificate.TryRead(anchor) is Certificate root && root.Subject.Span.SequenceEqual(issued.Issuer.Span))
            {
                return root;
            }
        }

        return null;
    }

    private static ChainResult CheckWindow(ReadOnlySpan<Certificate> chain, DateTimeOffset at)
    {
        ChainResult result = new(null, -1, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        for (int i = 0; i < chain.Length; i++)
        {
            Certificate certificate = chain[i];
            if (result.Code is null && (at < certificate.NotBefore || at > certificate.NotAfter))
            {
                result = result with { Code = at < certificate.NotBefore ? CertificateErrors.NotYetValid : CertificateErrors.Expired, Position = i };
            }

            result = result with
            {
                NotBefore = certificate.NotBefore > result.NotBefore ? certificate.NotBefore : result.NotBefore,
                NotAfter = certificate.NotAfter < result.NotAfter ? certificate.NotAfter : result.NotAfter,
            };
        }

        return result;
    }

    private static ChainResult Fail(string code, int position) => new(code, position, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
}
