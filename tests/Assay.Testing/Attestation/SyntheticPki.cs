using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Assay.Testing.Attestation;

/// <summary>Makes certificates and revocation lists of any content: also ones that no honest issuer would make.</summary>
public static class SyntheticPki
{
    /// <summary>When certificates are in force, unless their template says otherwise.</summary>
    public static DateTimeOffset NotBefore { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc cref="NotBefore"/>
    public static DateTimeOffset NotAfter { get; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A moment in which they are.</summary>
    public static DateTimeOffset At { get; } = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A certificate that signs itself.</summary>
    public static SyntheticCertificate Root(SyntheticKey key, CertificateTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Issue(new SyntheticCertificate([], key, Name(template.Subject)), key, template);
    }

    /// <summary>A certificate for <paramref name="key"/>, signed by the issuer's key.</summary>
    public static SyntheticCertificate Issue(SyntheticCertificate issuer, SyntheticKey key, CertificateTemplate template)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(template);
        byte[] subject = Name(template.Subject);
        byte[] algorithm = template.Algorithm ?? issuer.Key.Algorithm;
        AsnWriter tbs = new(AsnEncodingRules.DER);
        using (tbs.PushSequence())
        {
            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                tbs.WriteInteger(2);
            }

            tbs.WriteInteger(template.Serial);
            tbs.WriteEncodedValue(template.InnerAlgorithm ?? algorithm);
            tbs.WriteEncodedValue(template.Issuer ?? issuer.Name);
            using (tbs.PushSequence())
            {
                WriteTime(tbs, template.NotBefore);
                WriteTime(tbs, template.NotAfter);
            }

            tbs.WriteEncodedValue(subject);
            tbs.WriteEncodedValue(template.KeyInfo ?? key.Info);
            if (template.Extensions.Count > 0)
            {
                using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                {
                    WriteExtensions(tbs, template.Extensions);
                }
            }
        }

        return new SyntheticCertificate(Signed(tbs.Encode(), algorithm, issuer.Key), key, subject);
    }

    /// <summary>A revocation list.</summary>
    /// <param name="issuer">Who signs.</param>
    /// <param name="serials">What it names: contents of serial numbers' INTEGERs.</param>
    /// <param name="thisUpdate">When it was issued.</param>
    /// <param name="nextUpdate">When it ends.</param>
    /// <param name="entryExtensions">Extensions of each entry.</param>
    /// <param name="extensions">Extensions of the list, besides its number.</param>
    public static byte[] RevocationList(
        SyntheticCertificate issuer,
        IReadOnlyList<byte[]> serials,
        DateTimeOffset? thisUpdate = null,
        DateTimeOffset? nextUpdate = null,
        IReadOnlyList<SyntheticExtension>? entryExtensions = null,
        IReadOnlyList<SyntheticExtension>? extensions = null)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(serials);
        AsnWriter tbs = new(AsnEncodingRules.DER);
        using (tbs.PushSequence())
        {
            tbs.WriteInteger(1);
            tbs.WriteEncodedValue(issuer.Key.Algorithm);
            tbs.WriteEncodedValue(issuer.Name);
            WriteTime(tbs, thisUpdate ?? NotBefore);
            WriteTime(tbs, nextUpdate ?? NotAfter);
            if (serials.Count > 0)
            {
                using (tbs.PushSequence())
                {
                    foreach (byte[] serial in serials)
                    {
                        WriteEntry(tbs, serial, thisUpdate ?? NotBefore, entryExtensions);
                    }
                }
            }

            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                WriteExtensions(tbs, [new SyntheticExtension("2.5.29.20", false, [2, 1, 1]), .. extensions ?? []]);
            }
        }

        return Signed(tbs.Encode(), issuer.Key.Algorithm, issuer.Key);
    }

    /// <summary>A Name, DER.</summary>
    public static byte[] Name(string name) => new X500DistinguishedName(name).RawData;

    /// <summary>The two layers around everything that is signed.</summary>
    public static byte[] Signed(byte[] tbs, byte[] algorithm, SyntheticKey signer)
    {
        ArgumentNullException.ThrowIfNull(tbs);
        ArgumentNullException.ThrowIfNull(signer);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(signer.Sign(tbs));
        }

        return writer.Encode();
    }

    private static void WriteEntry(AsnWriter writer, byte[] serial, DateTimeOffset time, IReadOnlyList<SyntheticExtension>? extensions)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(serial);
            WriteTime(writer, time);
            if (extensions is not null)
            {
                WriteExtensions(writer, extensions);
            }
        }
    }

    private static void WriteExtensions(AsnWriter writer, IReadOnlyList<SyntheticExtension> extensions)
    {
        using (writer.PushSequence())
        {
            foreach (SyntheticExtension extension in extensions)
            {
                extension.Write(writer);
            }
        }
    }

    /// <summary>RFC 5280, section 4.1.2.5: two digits of the year until 2049.</summary>
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.Year is >= 1950 and < 2050)
        {
            writer.WriteUtcTime(time);
        }
        else
        {
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
    }
}
