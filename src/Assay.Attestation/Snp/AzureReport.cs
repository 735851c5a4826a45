using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>
/// The blob that Azure's paravisor leaves in the virtual TPM (index 0x01400001): a head of 32 bytes, room for a report of 1184, 20
/// bytes about what follows, then runtime data as JSON, then zeros. Only the report and, by its hash in there, the runtime data are
/// signed; the rest must be exactly what those imply.
/// </summary>
internal sealed class AzureReport
{
    private const int ReportOffset = 32;
    private const int RequestOffset = ReportOffset + SnpReport.Length;
    private const int RequestLength = 20;

    /// <summary>Requests of version 2 have four bytes more, wishes to the host.</summary>
    private const int ExtensionLength = 4;
    private const uint Magic = 0x414C_4348; // HCLA
    private const uint AkCertificateRequest = 2;
    private const uint SnpType = 2;
    private const uint TdxType = 4;

    private AzureReport(SnpReport report, AzureRuntimeData runtime, bool carriesRuntimeData)
    {
        Report = report;
        Runtime = runtime;
        CarriesRuntimeData = carriesRuntimeData;
    }

    /// <summary>The report; the paravisor asked for it.</summary>
    internal SnpReport Report { get; }

    /// <summary>What the paravisor says.</summary>
    internal AzureRuntimeData Runtime { get; }

    /// <summary>Whether the report's data is the hash of the runtime data, and zero after it.</summary>
    internal bool CarriesRuntimeData { get; }

    /// <summary>Reads one. Errors: <c>azure/…</c>, and <c>snp/…</c> of the report.</summary>
    internal static AzureReport? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < RequestOffset + RequestLength)
        {
            error = SnpCodes.AzureLength;
            return null;
        }

        uint type = UInt32(span, RequestOffset + 8);
        uint version = UInt32(span, RequestOffset + 4);
        uint hash = UInt32(span, RequestOffset + 12);
        long length = UInt32(span, RequestOffset + 16);
        int start = RequestOffset + RequestLength + (version == 2 ? ExtensionLength : 0);
        long end = start + length;
        error = UInt32(span, 0) != Magic || UInt32(span, 4) is not (1 or 2) || UInt32(span, 12) != AkCertificateRequest || span[16..ReportOffset].ContainsAnyExcept((byte)0) ? SnpCodes.AzureHeader
            : type == TdxType ? SnpCodes.AzureTdx
            : type != SnpType ? SnpCodes.AzureType
            : version is not (1 or 2) || UInt32(span, 8) != end || UInt32(span, RequestOffset) != end - RequestOffset || end > span.Length ? SnpCodes.AzureLength
            : hash is < 1 or > 3 ? SnpCodes.AzureHash
            : span[(int)end..].ContainsAnyExcept((byte)0) ? SnpCodes.AzurePadding
            : null;
        SnpReport? report = error is null ? SnpReport.TryRead(bytes.Slice(ReportOffset, SnpReport.Length), out error) : null;
        if (report is null)
        {
            return null;
        }

        ReadOnlyMemory<byte> data = bytes[start..(int)end];
        AzureRuntimeData? runtime = AzureRuntimeData.TryRead(data);
        error = runtime is null ? SnpCodes.AzureRuntime : null;
        return runtime is null ? null : new AzureReport(report, runtime, Carries(report.ReportData.Span, hash, data.Span));
    }

    private static bool Carries(ReadOnlySpan<byte> reportData, uint hash, ReadOnlySpan<byte> data)
    {
        byte[] digest = hash switch { 1 => SHA256.HashData(data), 2 => SHA384.HashData(data), _ => SHA512.HashData(data) };
        return CryptographicOperations.FixedTimeEquals(digest, reportData[..digest.Length]) && !reportData[digest.Length..].ContainsAnyExcept((byte)0);
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
