using System.Formats.Asn1;
using System.Globalization;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic platform certificate says in its SGX extension: of a platform that is up to date.</summary>
public sealed record SyntheticIntelPlatform
{
    private const string Arc = "1.2.840.113741.1.13.1";

    /// <summary>Provisioning id.</summary>
    public byte[] Ppid { get; init; } = [.. Enumerable.Repeat((byte)0x1D, 16)];

    /// <summary>Platform instance id; null for a platform of one processor, whose certificate is the Processor CA's.</summary>
    public byte[]? PlatformInstanceId { get; init; } = [.. Enumerable.Repeat((byte)0x2D, 16)];

    /// <summary>The 16 security versions.</summary>
    public byte[] Svns { get; init; } = [.. Enumerable.Repeat((byte)5, 16)];

    /// <summary>The PCE's.</summary>
    public int PceSvn { get; init; } = 13;

    /// <summary>Which platforms.</summary>
    public byte[] Fmspc { get; init; } = Convert.FromHexString("90C06F000000");

    /// <summary>Which PCE.</summary>
    public byte[] PceId { get; init; } = [0, 0];

    /// <summary>Standard, scalable, scalable with integrity.</summary>
    public int SgxType { get; init; } = 1;

    /// <summary>Serial number of the certificate.</summary>
    public byte[] Serial { get; init; } = [0x51];

    /// <summary>Name in the certificate.</summary>
    public string Subject { get; init; } = "CN=Intel SGX PCK Certificate, O=Synthetic";

    /// <summary>The extension.</summary>
    public SyntheticExtension Extension()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Pair(writer, ".1", () => writer.WriteOctetString(Ppid));
            Pair(writer, ".2", () =>
            {
                using (writer.PushSequence())
                {
                    for (int i = 0; i < Svns.Length; i++)
                    {
                        int svn = Svns[i];
                        Pair(writer, string.Create(CultureInfo.InvariantCulture, $".2.{i + 1}"), () => writer.WriteInteger(svn));
                    }

                    Pair(writer, ".2.17", () => writer.WriteInteger(PceSvn));
                    Pair(writer, ".2.18", () => writer.WriteOctetString(Svns));
                }
            });
            Pair(writer, ".3", () => writer.WriteOctetString(PceId));
            Pair(writer, ".4", () => writer.WriteOctetString(Fmspc));
            Pair(writer, ".5", () => writer.WriteEncodedValue([0x0A, 1, (byte)SgxType]));
            if (PlatformInstanceId is { } id)
            {
                Pair(writer, ".6", () => writer.WriteOctetString(id));
                Pair(writer, ".7", () =>
                {
                    using (writer.PushSequence())
                    {
                        Pair(writer, ".7.1", () => writer.WriteBoolean(true));
                        Pair(writer, ".7.2", () => writer.WriteBoolean(false));
                        Pair(writer, ".7.3", () => writer.WriteBoolean(true));
                    }
                });
            }
        }

        return new SyntheticExtension(Arc, false, writer.Encode());
    }

    private static void Pair(AsnWriter writer, string arc, Action value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Arc + arc);
            value();
        }
    }
}
