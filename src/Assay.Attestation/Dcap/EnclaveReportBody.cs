using System.Buffers.Binary;

namespace Assay.Attestation;

/// <summary>An SGX report body, 384 bytes: of the enclave that is quoted, or of the quoting enclave (Intel SDM, volume 3D, REPORT).</summary>
internal sealed class EnclaveReportBody(ReadOnlyMemory<byte> bytes)
{
    internal const int Length = 384;

    internal ReadOnlyMemory<byte> Bytes { get; } = bytes;

    internal ReadOnlyMemory<byte> CpuSvn => Bytes[..16];

    internal ReadOnlyMemory<byte> MiscSelect => Bytes.Slice(16, 4);

    internal ReadOnlyMemory<byte> IsvExtProdId => Bytes.Slice(32, 16);

    internal ReadOnlyMemory<byte> Attributes => Bytes.Slice(48, 16);

    internal ReadOnlyMemory<byte> MrEnclave => Bytes.Slice(64, 32);

    internal ReadOnlyMemory<byte> MrSigner => Bytes.Slice(128, 32);

    internal ReadOnlyMemory<byte> ConfigId => Bytes.Slice(192, 64);

    internal ushort IsvProdId => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[256..]);

    internal ushort IsvSvn => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[258..]);

    internal ushort ConfigSvn => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[260..]);

    internal ReadOnlyMemory<byte> IsvFamilyId => Bytes.Slice(304, 16);

    internal ReadOnlyMemory<byte> ReportData => Bytes.Slice(320, 64);
}
