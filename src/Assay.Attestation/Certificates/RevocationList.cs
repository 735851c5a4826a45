using System.Collections.Immutable;
using System.Formats.Asn1;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>A certificate revocation list, version 2 (RFC 5280, section 5), read strictly: a whole one, by the issuer of what it names.</summary>
internal sealed class RevocationList
{
    /// <summary>As much as a piece of collateral may have.</summary>
    internal const int MaxSize = 1 << 18;

    private const string DeltaIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string CertificateIssuer = "2.5.29.29";
    private const string ReasonCode = "2.5.29.21";
    private const string CrlNumber = "2.5.29.20";
    private static readonly byte[] RemoveFromCrl = [0x0A, 1, 8];

    private readonly HashSet<ReadOnlyMemory<byte>> _serials;

    private RevocationList(ReadOnlyMemory<byte> der, HashSet<ReadOnlyMemory<byte>> serials)
    {
        Der = der;
        _serials = serials;
    }

    /// <summary>All bytes.</summary>
    internal ReadOnlyMemory<byte> Der { get; }

    /// <summary>SHA-256 of all bytes.</summary>
    internal Digest32 Digest { get; private init; }

    /// <summary>What is signed, with its head.</summary>
    internal ReadOnlyMemory<byte> Tbs { get; private init; }

    /// <summary>What it's signed with.</summary>
    internal SignatureAlgorithm Algorithm { get; private init; }

    /// <summary>The signature, in the algorithm's own form.</summary>
    internal ReadOnlyMemory<byte> Signature { get; private init; }

    /// <summary>The issuer's Name with its head.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; private init; }

    /// <summary>The issuer's common name; null if there isn't exactly one.</summary>
    internal string? IssuerCommonName { get; private init; }

    /// <summary>When it was issued.</summary>
    internal DateTimeOffset ThisUpdate { get; private init; }

    /// <summary>When the next one is there at the latest.</summary>
    internal DateTimeOffset NextUpdate { get; private init; }

    /// <summary>Whether a critical extension, of the list or of an entry, isn't known.</summary>
    internal bool HasUnknownCritical { get; private init; }

    /// <summary>How many certificates it names.</summary>
    internal int Count => _serials.Count;

    /// <summary>Reads a list, with nothing after it.</summary>
    /// <param name="der">Kept, not copied.</param>
    /// <returns>Null if it can't be read; the code then is <see cref="CertificateErrors.ListParse"/>.</returns>
    internal static RevocationList? TryRead(ReadOnlyMemory<byte> der)
    {
        try
        {
            return der.Length <= MaxSize ? Read(der) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether the list is its issuer's and counts. Says nothing of what it names.</summary>
    /// <param name="issuer">A certificate that a chain was validated for.</param>
    /// <param name="times">The list must have been issued by the second clock, and not have expired at the first.</param>
    /// <param name="cache">Remembers signatures.</param>
    /// <returns>Null, or a code.</returns>
    internal string? Check(Certificate issuer, AppraisalTimes times, ChainCache cache)
    {
        bool mayIssue = issuer.IsCa && (issuer.KeyUsage is not KeyUsages usage || (usage & KeyUsages.CrlSign) != 0);
        if (!mayIssue || !Issuer.Span.SequenceEqual(issuer.Subject.Span))
        {
            return CertificateErrors.ListIssuer;
        }

        if (HasUnknownCritical)
        {
            return CertificateErrors.ListCritical;
        }

        if (!cache.Verifies(issuer, this))
        {
            return CertificateErrors.ListSignature;
        }

        return times.Known < ThisUpdate ? CertificateErrors.ListNotYetValid : times.At > NextUpdate ? CertificateErrors.ListExpired : null;
    }

    /// <summary>Whether it names a certificate of its issuer, by content of the serial number's INTEGER.</summary>
    internal bool Names(ReadOnlyMemory<byte> serial) => _serials.Contains(serial);

    private static RevocationList Read(ReadOnlyMemory<byte> der)
    {
        (ReadOnlyMemory<byte> tbs, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature) = DerParts.ReadSigned(der);
        AsnReader reader = new AsnReader(tbs, AsnEncodingRules.DER).ReadSequence();
        bool isVersion2 = reader.TryReadInt32(out int version) && version == 1;
        bool sameAlgorithm = reader.ReadEncodedValue().Span.SequenceEqual(algorithm.Span);
        (ReadOnlyMemory<byte> issuer, string? issuerCommonName) = DerParts.ReadName(reader);
        DateTimeOffset thisUpdate = DerParts.ReadTime(reader);
        DateTimeOffset nextUpdate = DerParts.ReadTime(reader);
        HashSet<ReadOnlyMemory<byte>> serials = new(ByteComparer.Instance);
        bool unknownCritical = false;
        if (reader.HasData && reader.PeekTag() == new Asn1Tag(UniversalTagNumber.Sequence, isConstructed: true))
        {
            AsnReader entries = reader.ReadSequence();
            while (entries.HasData)
            {
                unknownCritical |= ReadEntry(entries.ReadSequence(), serials);
            }
        }

        ImmutableArray<CertificateExtension> extensions = reader.HasData ? DerParts.ReadExtensions(reader, 0) : [];
        reader.ThrowIfNotEmpty();
        if (!isVersion2 || !sameAlgorithm || extensions.Any(static extension => extension.Oid is DeltaIndicator or IssuingDistributionPoint))
        {
            throw new AsnContentException();
        }

        return new RevocationList(der, serials)
        {
            Digest = Digest32.Sha256(der.Span),
            Tbs = tbs,
            Algorithm = SignatureAlgorithms.Find(algorithm.Span),
            Signature = signature,
            Issuer = issuer,
            IssuerCommonName = issuerCommonName,
            ThisUpdate = thisUpdate,
            NextUpdate = nextUpdate,
            HasUnknownCritical = unknownCritical || extensions.Any(static extension => extension.Critical && extension.Oid != CrlNumber),
        };
    }

    /// <summary>Adds what the entry names; true if it has a critical extension that isn't known.</summary>
    private static bool ReadEntry(AsnReader entry, HashSet<ReadOnlyMemory<byte>> serials)
    {
        serials.Add(DerParts.ReadSerial(entry));
        DerParts.ReadTime(entry);
        if (!entry.HasData)
        {
            return false;
        }

        ImmutableArray<CertificateExtension> extensions = DerParts.ReadExtensions(entry.ReadSequence());
        entry.ThrowIfNotEmpty();
        foreach (CertificateExtension extension in extensions)
        {
            // An entry of somebody else's certificate, or one that takes a name off an earlier list: neither stands in a whole list.
            if (extension.Oid == CertificateIssuer || extension.Oid == ReasonCode && extension.Value.Span.SequenceEqual(RemoveFromCrl))
            {
                throw new AsnContentException();
            }
        }

        return extensions.Any(static extension => extension.Critical && extension.Oid != ReasonCode);
    }

    private sealed class ByteComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        internal static ByteComparer Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> bytes)
        {
            HashCode hash = default;
            hash.AddBytes(bytes.Span);
            return hash.ToHashCode();
        }
    }
}
