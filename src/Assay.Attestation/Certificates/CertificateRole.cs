using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What a certificate at one place of a chain must be. Vendors' certificates say little about their purpose, so that a shape says it for them.</summary>
internal sealed record CertificateRole
{
    /// <summary>Whether it signs certificates; then it must say so, else it must not.</summary>
    internal required bool IsCa { get; init; }

    /// <summary>What it may be signed with.</summary>
    internal required SignatureAlgorithm SignedWith { get; init; }

    /// <summary>What kind of key it must hold.</summary>
    internal required PublicKeyKind Key { get; init; }

    /// <summary>What its key must be allowed if it says what its key is for; null for what follows from <see cref="IsCa"/>.</summary>
    internal KeyUsages? Usage { get; init; }

    /// <summary>What its common name must contain; null if anything, or none, will do.</summary>
    internal string? CommonName { get; init; }

    /// <summary>Extensions that must be there.</summary>
    internal ImmutableArray<string> Required { get; init; } = [];

    /// <summary>Extensions that must not be there.</summary>
    internal ImmutableArray<string> Forbidden { get; init; } = [];

    /// <summary>Critical extensions that the shape knows, besides basic constraints and key usage.</summary>
    internal ImmutableArray<string> Critical { get; init; } = [];

    /// <summary>Null if the certificate can play the role, else a code.</summary>
    /// <param name="certificate">Which.</param>
    /// <param name="below">How many certificates of CAs stand between it and the leaf.</param>
    internal string? Check(Certificate certificate, int below)
    {
        KeyUsages usage = Usage ?? (IsCa ? KeyUsages.KeyCertSign : KeyUsages.DigitalSignature);
        bool fits = certificate.IsCa == IsCa
            && (certificate.PathLength is not int pathLength || below <= pathLength)
            && (certificate.KeyUsage is not KeyUsages allowed || (allowed & usage) == usage)
            && (CommonName is null || certificate.CommonName?.Contains(CommonName, StringComparison.Ordinal) == true)
            && Required.All(oid => certificate.Extension(oid) is not null)
            && !Forbidden.Any(oid => certificate.Extension(oid) is not null);
        if (!fits)
        {
            return CertificateErrors.Role;
        }

        if (certificate.Extensions.Any(extension => extension.Critical && extension.Oid is not (DerParts.BasicConstraints or DerParts.KeyUsage) && !Critical.Contains(extension.Oid)))
        {
            return CertificateErrors.Critical;
        }

        return certificate.Algorithm != SignedWith ? CertificateErrors.Algorithm : certificate.Key?.Kind != Key ? CertificateErrors.Key : null;
    }
}
