using System.Buffers.Binary;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic quote says: of a TD, version 4, that a careful policy accepts.</summary>
public sealed record SyntheticQuote
{
    /// <summary>3, 4 or 5.</summary>
    public int Version { get; init; } = 4;

    /// <summary>An enclave instead of a TD.</summary>
    public bool IsSgx { get; init; }

    /// <summary>64 bytes.</summary>
    public byte[] ReportData { get; init; } = new byte[64];

    /// <summary>Security versions that the TD started under.</summary>
    public byte[] TeeTcbSvn { get; init; } = [6, 1, 3, .. new byte[13]];

    /// <summary>Those that it runs under: makes the body one of TDX 1.5, in version 5.</summary>
    public byte[]? TeeTcbSvn2 { get; init; }

    /// <summary>Attributes of the TD.</summary>
    public ulong TdAttributes { get; init; } = 1 << 28;

    /// <summary>Attributes of the TDX module.</summary>
    public ulong SeamAttributes { get; init; }

    /// <summary>Who signed the TDX module.</summary>
    public byte[] MrSignerSeam { get; init; } = new byte[48];

    /// <summary>Measurement of the TD.</summary>
    public byte[] MrTd { get; init; } = [.. Enumerable.Repeat((byte)0xA0, 48)];

    /// <summary>Runtime registers, four.</summary>
    public IReadOnlyList<byte[]> Rtmrs { get; init; } = [.. Enumerable.Range(1, 4).Select(static i => Enumerable.Repeat((byte)(0xA0 + i), 48).ToArray())];

    /// <summary>Measurement of the service TD, in a body of TDX 1.5.</summary>
    public byte[] MrServiceTd { get; init; } = new byte[48];

    /// <summary>Flags of the enclave.</summary>
    public ulong EnclaveAttributes { get; init; } = 0x05;

    /// <summary>Measurement of the enclave.</summary>
    public byte[] MrEnclave { get; init; } = [.. Enumerable.Repeat((byte)0xE0, 32)];

    /// <summary>Who signed the enclave.</summary>
    public byte[] MrSigner { get; init; } = [.. Enumerable.Repeat((byte)0xE1, 32)];

    /// <summary>The enclave's product.</summary>
    public ushort IsvProdId { get; init; } = 7;

    /// <summary>The enclave's security version.</summary>
    public ushort IsvSvn { get; init; } = 2;

    /// <summary>Who signed the quoting enclave.</summary>
    public byte[] QeMrSigner { get; init; } = [.. Enumerable.Repeat((byte)0xDC, 32)];

    /// <summary>The quoting enclave's product; null for 2 (TDX) or 1 (SGX).</summary>
    public ushort? QeIsvProdId { get; init; }

    /// <summary>The quoting enclave's security version.</summary>
    public ushort QeIsvSvn { get; init; } = 4;

    /// <summary>Flags of the quoting enclave.</summary>
    public ulong QeAttributes { get; init; } = 0x15;

    /// <summary>MISCSELECT of the quoting enclave.</summary>
    public uint QeMiscSelect { get; init; }

    /// <summary>What the quoting enclave hashed with the attestation key.</summary>
    public byte[] QeAuthenticationData { get; init; } = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    /// <summary>Other bytes in the quoting enclave's report after the hash.</summary>
    public byte[] QeReportDataEnd { get; init; } = new byte[32];

    /// <summary>Another attestation key in the quote than the one that signs.</summary>
    public byte[]? AttestationKey { get; init; }

    /// <summary>Another PEM than the platform's chain.</summary>
    public byte[]? Certificates { get; init; }

    /// <summary>Bytes after the signature data.</summary>
    public byte[] Trailing { get; init; } = [];

    /// <summary>Header, descriptor and body: what is signed.</summary>
    internal byte[] Signed()
    {
        byte[] header = new byte[48];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)Version);
        header[2] = 2;
        header[4] = IsSgx ? (byte)0 : (byte)0x81;
        Convert.FromHexString("939a7233f79c4ca9940a0db3957f0607").CopyTo(header, 12);
        byte[] body = IsSgx ? Enclave() : Td();
        byte[] descriptor = new byte[6];
        descriptor[0] = IsSgx ? (byte)1 : TeeTcbSvn2 is null ? (byte)2 : (byte)3;
        BinaryPrimitives.WriteInt32LittleEndian(descriptor.AsSpan(2), body.Length);
        return Version == 5 ? [.. header, .. descriptor, .. body] : [.. header, .. body];
    }

    /// <summary>The quoting enclave's report.</summary>
    internal byte[] QeReport(byte[] keyDigest) =>
        Report(QeMiscSelect, QeAttributes, new byte[32], QeMrSigner, QeIsvProdId ?? (IsSgx ? (ushort)1 : (ushort)2), QeIsvSvn, [.. keyDigest, .. QeReportDataEnd]);

    private byte[] Enclave() => Report(0, EnclaveAttributes, MrEnclave, MrSigner, IsvProdId, IsvSvn, ReportData);

    private byte[] Td()
    {
        byte[] body = new byte[TeeTcbSvn2 is null ? 584 : 648];
        TeeTcbSvn.CopyTo(body, 0);
        Enumerable.Repeat((byte)0x5E, 48).ToArray().CopyTo(body, 16);
        MrSignerSeam.CopyTo(body, 64);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(112), SeamAttributes);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(120), TdAttributes);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(128), 0x602E7);
        MrTd.CopyTo(body, 136);
        for (int i = 0; i < 4; i++)
        {
            Rtmrs[i].CopyTo(body, 328 + (48 * i));
        }

        ReportData.CopyTo(body, 520);
        if (TeeTcbSvn2 is { } running)
        {
            running.CopyTo(body, 584);
            MrServiceTd.CopyTo(body, 600);
        }

        return body;
    }

    private static byte[] Report(uint miscSelect, ulong attributes, byte[] mrEnclave, byte[] mrSigner, ushort isvProdId, ushort isvSvn, byte[] reportData)
    {
        byte[] report = new byte[384];
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(16), miscSelect);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(48), attributes);
        report[56] = 0xE7;
        mrEnclave.CopyTo(report, 64);
        mrSigner.CopyTo(report, 128);
        BinaryPrimitives.WriteUInt16LittleEndian(report.AsSpan(256), isvProdId);
        BinaryPrimitives.WriteUInt16LittleEndian(report.AsSpan(258), isvSvn);
        reportData.CopyTo(report, 320);
        return report;
    }
}
