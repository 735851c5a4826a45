using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Text;

namespace Assay.Attestation;

/// <summary>Parts that certificates and revocation lists share. All of them throw <see cref="AsnContentException"/>, which the two readers catch.</summary>
internal static class DerParts
{
    internal const string BasicConstraints = "2.5.29.19";
    internal const string KeyUsage = "2.5.29.15";
    internal const string CommonName = "2.5.4.3";
    private const int MaxExtensions = 64;
    private const int MaxSerial = 64;

    /// <summary>The two layers around everything signed: what is signed (with its head), the algorithm (with its head), the signature.</summary>
    internal static (ReadOnlyMemory<byte> Tbs, ReadOnlyMemory<byte> Algorithm, ReadOnlyMemory<byte> Signature) ReadSigned(ReadOnlyMemory<byte> der)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER);
        AsnReader signed = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> tbs = signed.ReadEncodedValue();
        ReadOnlyMemory<byte> algorithm = signed.ReadEncodedValue();
        if (!signed.TryReadPrimitiveBitString(out int unusedBits, out ReadOnlyMemory<byte> signature) || unusedBits != 0)
        {
            throw new AsnContentException();
        }

        signed.ThrowIfNotEmpty();
        return (tbs, algorithm, signature);
    }

    /// <summary>The content of an INTEGER, in DER's shortest form: equal numbers are equal bytes.</summary>
    internal static ReadOnlyMemory<byte> ReadSerial(AsnReader reader)
    {
        ReadOnlyMemory<byte> serial = reader.ReadIntegerBytes();
        return serial.Length <= MaxSerial ? serial : throw new AsnContentException();
    }

    /// <summary>UTCTime or GeneralizedTime, whole seconds.</summary>
    internal static DateTimeOffset ReadTime(AsnReader reader)
    {
        DateTimeOffset time = reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
        return time.Ticks % TimeSpan.TicksPerSecond == 0 ? time : throw new AsnContentException();
    }

    /// <summary>A Name with its head, and its common name if it has exactly one.</summary>
    internal static (ReadOnlyMemory<byte> Name, string? CommonName) ReadName(AsnReader reader)
    {
        ReadOnlyMemory<byte> name = reader.ReadEncodedValue();
        string? commonName = null;
        int count = 0;
        AsnReader relatives = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (relatives.HasData)
        {
            // Vendors' certificates count as they are signed, sorted or not.
            AsnReader attributes = relatives.ReadSetOf(skipSortOrderValidation: true);
            while (attributes.HasData)
            {
                AsnReader attribute = attributes.ReadSequence();
                bool isCommonName = attribute.ReadObjectIdentifier() == CommonName;
                string text = ReadText(attribute.ReadEncodedValue().Span);
                attribute.ThrowIfNotEmpty();
                if (isCommonName)
                {
                    count++;
                    commonName = text;
                }
            }
        }

        return (name, count == 1 ? commonName : null);
    }

    /// <summary>Extensions in their explicit tag.</summary>
    internal static ImmutableArray<CertificateExtension> ReadExtensions(AsnReader reader, int tag)
    {
        AsnReader wrapped = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, tag));
        ImmutableArray<CertificateExtension> extensions = ReadExtensions(wrapped.ReadSequence());
        wrapped.ThrowIfNotEmpty();
        return extensions;
    }

    /// <summary>Extensions, none twice.</summary>
    internal static ImmutableArray<CertificateExtension> ReadExtensions(AsnReader list)
    {
        ImmutableArray<CertificateExtension>.Builder extensions = ImmutableArray.CreateBuilder<CertificateExtension>();
        while (list.HasData)
        {
            AsnReader extension = list.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!extension.TryReadPrimitiveOctetString(out ReadOnlyMemory<byte> value))
            {
                throw new AsnContentException();
            }

            extension.ThrowIfNotEmpty();
            if (extensions.Count == MaxExtensions || extensions.Any(other => other.Oid == oid))
            {
                throw new AsnContentException();
            }

            extensions.Add(new CertificateExtension(oid, critical, value));
        }

        // SEQUENCE SIZE (1..MAX).
        return extensions.Count > 0 ? extensions.ToImmutable() : throw new AsnContentException();
    }

    /// <summary>A string of one of X.520's kinds. Old kinds of one byte a letter are read as Latin-1: vendors put letters in them that the kind doesn't have.</summary>
    private static string ReadText(ReadOnlySpan<byte> value)
    {
        Asn1Tag tag = Asn1Tag.Decode(value, out _);
        if (tag.TagClass != TagClass.Universal || tag.IsConstructed)
        {
            throw new AsnContentException();
        }

        switch ((UniversalTagNumber)tag.TagValue)
        {
            case UniversalTagNumber.UTF8String:
            case UniversalTagNumber.BMPString:
                return AsnDecoder.ReadCharacterString(value, AsnEncodingRules.DER, (UniversalTagNumber)tag.TagValue, out _);
            case UniversalTagNumber.PrintableString:
            case UniversalTagNumber.IA5String:
            case UniversalTagNumber.T61String:
            case UniversalTagNumber.NumericString:
                AsnDecoder.ReadEncodedValue(value, AsnEncodingRules.DER, out int offset, out int length, out _);
                return Encoding.Latin1.GetString(value.Slice(offset, length));
            default:
                throw new AsnContentException();
        }
    }
}
