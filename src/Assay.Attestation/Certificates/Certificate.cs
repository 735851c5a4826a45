using System.Collections.Immutable;
using System.Formats.Asn1;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>An X.509 certificate, version 3 (RFC 5280), read strictly. Nothing in it counts before a chain of it was validated.</summary>
internal sealed class Certificate
{
    /// <summary>No vendor's certificate comes near.</summary>
    internal const int MaxSize = 32768;

    private Certificate(ReadOnlyMemory<byte> der) => Der = der;

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

    /// <summary>Content of the serial number's INTEGER: shortest form, big-endian, with sign. Zero is one byte.</summary>
    internal ReadOnlyMemory<byte> Serial { get; private init; }

    /// <summary>The issuer's Name with its head; names are equal if their bytes are.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; private init; }

    /// <summary>The subject's Name with its head.</summary>
    internal ReadOnlyMemory<byte> Subject { get; private init; }

    /// <summary>The issuer's common name; null if there isn't exactly one.</summary>
    internal string? IssuerCommonName { get; private init; }

    /// <summary>The subject's common name; null if there isn't exactly one.</summary>
    internal string? CommonName { get; private init; }

    /// <summary>First second in force.</summary>
    internal DateTimeOffset NotBefore { get; private init; }

    /// <summary>Last second in force.</summary>
    internal DateTimeOffset NotAfter { get; private init; }

    /// <summary>The SubjectPublicKeyInfo with its head.</summary>
    internal ReadOnlyMemory<byte> KeyInfo { get; private init; }

    /// <summary>The key; null if it's of no kind that counts, or isn't a key.</summary>
    internal PublicKey? Key { get; private init; }

    /// <summary>Extensions, in the certificate's order, none twice.</summary>
    internal ImmutableArray<CertificateExtension> Extensions { get; private init; }

    /// <summary>Whether its key may sign certificates.</summary>
    internal bool IsCa { get; private init; }

    /// <summary>How many certificates of CAs may stand between it and the leaf; null for no limit.</summary>
    internal int? PathLength { get; private init; }

    /// <summary>What its key may be used for; null if it doesn't say.</summary>
    internal KeyUsages? KeyUsage { get; private init; }

    /// <summary>Reads a certificate, with nothing after it.</summary>
    /// <param name="der">Kept, not copied.</param>
    /// <returns>Null if it can't be read; the code then is <see cref="CertificateErrors.Parse"/>.</returns>
    internal static Certificate? TryRead(ReadOnlyMemory<byte> der)
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

    /// <summary>An extension's value; null if there is none of that name.</summary>
    internal ReadOnlyMemory<byte>? Extension(string oid)
    {
        foreach (CertificateExtension extension in Extensions)
        {
            if (extension.Oid == oid)
            {
                return extension.Value;
            }
        }

        return null;
    }

    private static Certificate Read(ReadOnlyMemory<byte> der)
    {
        (ReadOnlyMemory<byte> tbs, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature) = DerParts.ReadSigned(der);
        AsnReader reader = new AsnReader(tbs, AsnEncodingRules.DER).ReadSequence();
        AsnReader version = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        bool isVersion3 = version.TryReadInt32(out int number) && number == 2;
        version.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> serial = DerParts.ReadSerial(reader);
        bool sameAlgorithm = reader.ReadEncodedValue().Span.SequenceEqual(algorithm.Span);
        (ReadOnlyMemory<byte> issuer, string? issuerCommonName) = DerParts.ReadName(reader);
        AsnReader validity = reader.ReadSequence();
        DateTimeOffset notBefore = DerParts.ReadTime(validity);
        DateTimeOffset notAfter = DerParts.ReadTime(validity);
        validity.ThrowIfNotEmpty();
        (ReadOnlyMemory<byte> subject, string? commonName) = DerParts.ReadName(reader);
        ReadOnlyMemory<byte> keyInfo = reader.PeekTag() == new Asn1Tag(UniversalTagNumber.Sequence, isConstructed: true) ? reader.ReadEncodedValue() : throw new AsnContentException();

        // Unique identifiers, which version 2 had here, are refused: nobody uses them.
        ImmutableArray<CertificateExtension> extensions = reader.HasData ? DerParts.ReadExtensions(reader, 3) : [];
        reader.ThrowIfNotEmpty();
        if (!isVersion3 || !sameAlgorithm)
        {
            throw new AsnContentException();
        }

        (bool isCa, int? pathLength) = ReadBasicConstraints(extensions);
        return new Certificate(der)
        {
            Digest = Digest32.Sha256(der.Span),
            Tbs = tbs,
            Algorithm = SignatureAlgorithms.Find(algorithm.Span),
            Signature = signature,
            Serial = serial,
            Issuer = issuer,
            Subject = subject,
            IssuerCommonName = issuerCommonName,
            CommonName = commonName,
            NotBefore = notBefore,
            NotAfter = notAfter,
            KeyInfo = keyInfo,
            Key = PublicKey.TryFromInfo(keyInfo),
            Extensions = extensions,
            IsCa = isCa,
            PathLength = pathLength,
            KeyUsage = ReadKeyUsage(extensions),
        };
    }

    private static (bool IsCa, int? PathLength) ReadBasicConstraints(ImmutableArray<CertificateExtension> extensions)
    {
        CertificateExtension? extension = extensions.FirstOrDefault(static candidate => candidate.Oid == DerParts.BasicConstraints);
        if (extension is null)
        {
            return (false, null);
        }

        AsnReader outer = new(extension.Value, AsnEncodingRules.DER);
        AsnReader constraints = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        bool isCa = constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
        int? pathLength = null;
        if (constraints.HasData)
        {
            pathLength = constraints.TryReadInt32(out int length) && length >= 0 && isCa ? length : throw new AsnContentException();
        }

        constraints.ThrowIfNotEmpty();
        return (isCa, pathLength);
    }

    private static KeyUsages? ReadKeyUsage(ImmutableArray<CertificateExtension> extensions)
    {
        CertificateExtension? extension = extensions.FirstOrDefault(static candidate => candidate.Oid == DerParts.KeyUsage);
        if (extension is null)
        {
            return null;
        }

        // Not read as a named list of bits: DER has those without zeros at the end, and AMD's have one.
        AsnReader reader = new(extension.Value, AsnEncodingRules.DER);
        if (!reader.TryReadPrimitiveBitString(out _, out ReadOnlyMemory<byte> bits) || bits.Length is 0 or > 2)
        {
            throw new AsnContentException();
        }

        reader.ThrowIfNotEmpty();
        int usage = 0;
        for (int bit = 0; bit < 8 * bits.Length; bit++)
        {
            usage |= ((bits.Span[bit >> 3] >> (7 - (bit & 7))) & 1) << bit;
        }

        return (KeyUsages)usage;
    }
}
