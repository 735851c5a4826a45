using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What of a pile of collateral is about SEV-SNP. What can't be read counts as absent.</summary>
internal sealed class SnpCollateral
{
    private readonly List<Certificate> _certificates;
    private readonly ImmutableArray<VekCertificate> _keys;
    private readonly bool _builtIn;
    private readonly Dictionary<SnpProduct, SnpIssuers> _issuers = [];
    private ImmutableArray<RevocationList> _lists;

    /// <param name="collateral">The pile.</param>
    /// <param name="builtInIntermediates">Whether the intermediates of this library count besides those of the pile; tests leave them out.</param>
    internal SnpCollateral(CollateralSet collateral, bool builtInIntermediates = true)
    {
        _builtIn = builtInIntermediates;
        _certificates = [.. collateral.OfKind(CollateralKind.Certificate).Select(Certificate.TryRead).OfType<Certificate>()];
        _keys = [.. _certificates.Where(static certificate => !certificate.IsCa).Select(VekCertificate.TryRead).OfType<VekCertificate>()];
        Pieces = collateral;
    }

    private CollateralSet Pieces { get; }

    /// <summary>Revocation lists of whomever.</summary>
    internal ImmutableArray<RevocationList> Lists => _lists.IsDefault
        ? _lists = [.. Pieces.OfKind(CollateralKind.RevocationList).Select(RevocationList.TryRead).OfType<RevocationList>()]
        : _lists;

    /// <summary>Endorsement keys, those first that seem to be the report's: a pile may hold the keys of a whole fleet.</summary>
    internal ImmutableArray<VekCertificate> KeysFor(SnpReport report) =>
        [.. _keys.OrderByDescending(key => (key.Kind == report.SigningKey ? 2 : 0) + (key.IsOf(report.ChipId.Span) ? 4 : 0) + (IsAt(key, report) ? 1 : 0))];

    internal SnpIssuers IssuersOf(SnpProduct product, TrustAnchors anchors)
    {
        if (!_issuers.TryGetValue(product, out SnpIssuers? issuers))
        {
            IEnumerable<Certificate> builtIn = _builtIn ? SnpProducts.IntermediatesOf(product) : [];
            issuers = SnpIssuers.Of(product, [.. builtIn.Concat(_certificates)], anchors);
            _issuers.Add(product, issuers);
        }

        return issuers;
    }

    private static bool IsAt(VekCertificate key, SnpReport report) => key.Product is { } product && SnpTcb.TryRead(report.ReportedTcb.Span, product) == key.Tcb;
}
