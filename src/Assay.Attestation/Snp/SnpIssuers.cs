using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// What stands between endorsement keys and the roots of a product. Intermediates come with this library and with the evidence; both
/// count only by the signature of a root that the caller trusts. Roots never come with evidence.
/// </summary>
internal sealed class SnpIssuers
{
    private static readonly CertificateRole s_root = new() { IsCa = true, SignedWith = SignatureAlgorithm.RsaPssSha384, Key = PublicKeyKind.Rsa, CommonName = "ARK-" };

    private readonly ImmutableArray<ReadOnlyMemory<byte>> _anchors;
    private readonly List<(Certificate Intermediate, Certificate Root)> _pairs = [];
    private readonly SnpProduct _product;

    private SnpIssuers(SnpProduct product, ImmutableArray<ReadOnlyMemory<byte>> anchors)
    {
        _product = product;
        _anchors = anchors;
    }

    /// <summary>Intermediates that a root of the product signed. Each costs one check of a signature, once, however many keys there are.</summary>
    internal static SnpIssuers Of(SnpProduct product, IReadOnlyList<Certificate> certificates, TrustAnchors anchors)
    {
        SnpIssuers issuers = new(product, SnpProducts.RootsOf(product, anchors));
        foreach (ReadOnlyMemory<byte> anchor in issuers._anchors)
        {
            if (Certificate.TryRead(anchor) is { } root)
            {
                issuers._pairs.AddRange(certificates
                    .Where(candidate => candidate.IsCa && candidate.Issuer.Span.SequenceEqual(root.Subject.Span)
                        && !candidate.Der.Span.SequenceEqual(root.Der.Span) && ChainCache.Shared.Verifies(root, candidate))
                    .Select(candidate => (candidate, root)));
            }
        }

        return issuers;
    }

    /// <summary>Validates the chain of an endorsement key.</summary>
    /// <returns>Its intermediate and root; a code of <see cref="CertificateErrors"/> instead if there is no chain that holds.</returns>
    internal (Certificate? Intermediate, Certificate? Root, string? Error) Chain(VekCertificate vek, DateTimeOffset at)
    {
        string error = CertificateErrors.Anchor;
        foreach ((Certificate intermediate, Certificate root) in _pairs)
        {
            if (intermediate.Subject.Span.SequenceEqual(vek.Certificate.Issuer.Span))
            {
                ChainResult result = ChainValidator.Validate([vek.Certificate, intermediate, root], [Leaf(vek.Kind), Intermediate(vek.Kind), s_root], _anchors, at, ChainCache.Shared);
                if (result.Code is null)
                {
                    return (intermediate, root, null);
                }

                error = result.Code;
            }
        }

        return (null, null, error);
    }

    private static CertificateRole Leaf(SnpKeyKind kind) => new()
    {
        IsCa = false,
        SignedWith = SignatureAlgorithm.RsaPssSha384,
        Key = PublicKeyKind.P384,
        CommonName = kind == SnpKeyKind.Vlek ? "SEV-VLEK" : "SEV-VCEK",
    };

    // A key of one kind isn't vouched for by what vouches for the other. "SEV-Milan" isn't in "SEV-VLEK-Milan".
    private CertificateRole Intermediate(SnpKeyKind kind) => new()
    {
        IsCa = true,
        SignedWith = SignatureAlgorithm.RsaPssSha384,
        Key = PublicKeyKind.Rsa,
        CommonName = (kind == SnpKeyKind.Vlek ? "SEV-VLEK-" : "SEV-") + _product,
    };
}
