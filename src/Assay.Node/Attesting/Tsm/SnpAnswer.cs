using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>What the SEV driver hands out: the report, and the certificates that the host left for the guest.</summary>
internal static class SnpAnswer
{
    private const int ReportLength = 1184;
    private const int ReportDataOffset = 0x50;
    private const int ReportDataLength = 64;
    private const int EntryLength = 24;
    private const int MaxEntries = 64;

    // AMD 56421, section 4.1.8.1. The root's identifier isn't here: a root that the host hands out is none.
    private static readonly Guid[] s_certificates =
    [
        new("63da758d-e664-4564-adc5-f4b93be8accd"), // VCEK
        new("a8074bc2-a25a-483e-aae6-39c045a0b8a1"), // VLEK
        new("4ab7b379-bbac-4fe4-a02f-05aef327c782"), // ASK or ASVK
    ];

    /// <summary>The 64 bytes; empty if this is no report.</summary>
    internal static ReadOnlyMemory<byte> ReportData(ReadOnlyMemory<byte> report) => report.Length == ReportLength ? report.Slice(ReportDataOffset, ReportDataLength) : default;

    /// <summary>
    /// The certificates of the host's table. It comes from outside the guest: whatever doesn't fit is left out, and nothing of it is
    /// believed.
    /// </summary>
    internal static CollateralSet Certificates(ReadOnlyMemory<byte> table)
    {
        List<CollateralItem> items = [];
        long room = table.Length; // Entries that share bytes could name more than there is.
        for (int entry = 0; entry < MaxEntries && (entry + 1) * EntryLength <= table.Length; entry++)
        {
            ReadOnlySpan<byte> fields = table.Span.Slice(entry * EntryLength, EntryLength);
            if (!fields.ContainsAnyExcept((byte)0))
            {
                break;
            }

            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(fields[16..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(fields[20..]);
            if (IsCertificate(fields[..16]) && length > 0 && (ulong)offset + length <= (ulong)table.Length && length <= room)
            {
                room -= length;
                items.Add(new CollateralItem(CollateralKind.Certificate, Der(table.Slice((int)offset, (int)length))));
            }
        }

        return CollateralSet.Of(items.Where(static item => !item.Bytes.IsEmpty));
    }

    // Tools write the identifiers as text order has them, Microsoft's as memory has them.
    private static bool IsCertificate(ReadOnlySpan<byte> guid) =>
        s_certificates.Contains(new Guid(guid, bigEndian: true)) || s_certificates.Contains(new Guid(guid, bigEndian: false));

    private static ReadOnlyMemory<byte> Der(ReadOnlyMemory<byte> certificate)
    {
        if (!certificate.Span.StartsWith("-----BEGIN"u8))
        {
            return certificate;
        }

        string text = Encoding.ASCII.GetString(certificate.Span);
        return PemEncoding.TryFind(text, out PemFields fields) ? Convert.FromBase64String(text[fields.Base64Data]) : default;
    }
}
