using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Assay.Testing.Attestation;

/// <summary>An extension of a certificate, list or list's entry: anything at all.</summary>
/// <param name="Oid">Its name, dotted.</param>
/// <param name="Critical">Whether it's marked critical.</param>
/// <param name="Value">What its OCTET STRING holds.</param>
public sealed record SyntheticExtension(string Oid, bool Critical, byte[] Value)
{
    /// <summary>Basic constraints, critical.</summary>
    public static SyntheticExtension BasicConstraints(bool isCa, int? pathLength = null) =>
        new("2.5.29.19", true, new X509BasicConstraintsExtension(isCa, pathLength is not null, pathLength ?? 0, true).RawData);

    /// <summary>Key usage, critical.</summary>
    public static SyntheticExtension KeyUsage(X509KeyUsageFlags usage) => new("2.5.29.15", true, new X509KeyUsageExtension(usage, true).RawData);

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oid);
            if (Critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(Value);
        }
    }
}
