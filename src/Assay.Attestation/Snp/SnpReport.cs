using System.Buffers.Binary;

namespace Assay.Attestation;

/// <summary>
/// An attestation report of AMD's secure processor: 1184 bytes, little-endian (AMD 56860, "ATTESTATION_REPORT"). Versions 2, 3 and 5.
/// A view of the bytes: nothing is copied, and nothing is verified.
/// </summary>
internal sealed class SnpReport
{
    internal const int Length = 0x4A0;
    internal const int SignedLength = 0x2A0;
    internal const int ChipIdLength = 64;

    /// <summary>The VMPL of a report that the host asked for, not the guest.</summary>
    internal const uint HostVmpl = uint.MaxValue;

    private const int ComponentLength = 72;
    private const int CoordinateLength = 48;

    private readonly ReadOnlyMemory<byte> _bytes;

    private SnpReport(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
    }

    internal ReadOnlyMemory<byte> Signed => _bytes[..SignedLength];

    internal uint Version => UInt32(0x000);

    internal uint GuestSvn => UInt32(0x004);

    internal SnpGuestPolicy GuestPolicy => new(UInt64(0x008));

    internal ReadOnlyMemory<byte> FamilyId => _bytes.Slice(0x010, 16);

    internal ReadOnlyMemory<byte> ImageId => _bytes.Slice(0x020, 16);

    internal uint Vmpl => UInt32(0x030);

    internal ReadOnlyMemory<byte> CurrentTcb => _bytes.Slice(0x038, 8);

    internal SnpPlatformInfo PlatformInfo => new(UInt64(0x040));

    internal bool HasAuthorKey => (UInt32(0x048) & 1) != 0;

    internal bool MasksChipKey => (UInt32(0x048) & 2) != 0;

    internal SnpKeyKind SigningKey => (SnpKeyKind)(UInt32(0x048) >> 2);

    internal ReadOnlyMemory<byte> ReportData => _bytes.Slice(0x050, 64);

    internal ReadOnlyMemory<byte> Measurement => _bytes.Slice(0x090, 48);

    internal ReadOnlyMemory<byte> HostData => _bytes.Slice(0x0C0, 32);

    internal ReadOnlyMemory<byte> IdKeyDigest => _bytes.Slice(0x0E0, 48);

    internal ReadOnlyMemory<byte> AuthorKeyDigest => _bytes.Slice(0x110, 48);

    internal ReadOnlyMemory<byte> ReportId => _bytes.Slice(0x140, 32);

    internal ReadOnlyMemory<byte> ReportIdMa => _bytes.Slice(0x160, 32);

    internal ReadOnlyMemory<byte> ReportedTcb => _bytes.Slice(0x180, 8);

    /// <summary>Family, model and stepping of the processor; null in version 2, which hasn't them.</summary>
    internal (byte Family, byte Model, byte Stepping)? Cpu => Version >= 3 ? (_bytes.Span[0x188], _bytes.Span[0x189], _bytes.Span[0x18A]) : null;

    internal ReadOnlyMemory<byte> ChipId => _bytes.Slice(0x1A0, ChipIdLength);

    internal ReadOnlyMemory<byte> CommittedTcb => _bytes.Slice(0x1E0, 8);

    /// <summary>Major, minor, build of the firmware that runs.</summary>
    internal (byte Major, byte Minor, byte Build) CurrentFirmware => FirmwareAt(0x1E8);

    /// <summary>Of the firmware that it can't be taken back behind.</summary>
    internal (byte Major, byte Minor, byte Build) CommittedFirmware => FirmwareAt(0x1EC);

    internal ReadOnlyMemory<byte> LaunchTcb => _bytes.Slice(0x1F0, 8);

    /// <summary>Mitigations in force at launch and now; null before version 5.</summary>
    internal (ulong Launch, ulong Current)? Mitigations => Version >= 5 ? (UInt64(0x1F8), UInt64(0x200)) : null;

    /// <summary>Firmware before ABI 1.51 left everything after the chip's identifier empty; only version 2 is that old.</summary>
    internal bool SaysCommitted => Version > 2 || _bytes.Span[0x1E0..SignedLength].ContainsAnyExcept((byte)0);

    /// <summary>Reads one. Errors: <c>snp/…</c>, those of the step <see cref="StepCodes.Parse"/>.</summary>
    internal static SnpReport? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        SnpReport? report = bytes.Length == Length ? new SnpReport(bytes) : null;
        error = report is null ? SnpCodes.Length : report.Problem();
        return error is null ? report : null;
    }

    /// <summary>The signature as <c>r | s</c>, 96 bytes, big-endian.</summary>
    internal byte[] Signature()
    {
        byte[] signature = new byte[2 * CoordinateLength];
        Component(0).CopyTo(signature.AsSpan(0, CoordinateLength));
        Component(1).CopyTo(signature.AsSpan(CoordinateLength));
        signature.AsSpan(0, CoordinateLength).Reverse();
        signature.AsSpan(CoordinateLength).Reverse();
        return signature;
    }

    private string? Problem()
    {
        ReadOnlySpan<byte> bytes = _bytes.Span;
        uint keys = UInt32(0x048);
        bool reserved = bytes[0x04C..0x050].ContainsAnyExcept((byte)0)
            || bytes[(Version >= 3 ? 0x18B : 0x188)..0x1A0].ContainsAnyExcept((byte)0)
            || bytes[0x1EB] != 0
            || bytes[0x1EF] != 0
            || bytes[(Version >= 5 ? 0x208 : 0x1F8)..SignedLength].ContainsAnyExcept((byte)0)
            || keys >> 5 != 0;
        bool padding = bytes.Slice(SignedLength + CoordinateLength, ComponentLength - CoordinateLength).ContainsAnyExcept((byte)0)
            || bytes[(SignedLength + ComponentLength + CoordinateLength)..].ContainsAnyExcept((byte)0);
        return Version == 4 ? SnpCodes.Version4
            : Version is not (2 or 3 or 5) ? SnpCodes.Version
            : UInt32(0x034) != 1 ? SnpCodes.Algorithm
            : !GuestPolicy.HasReservedOne ? SnpCodes.GuestPolicy
            : Vmpl is > 3 and not HostVmpl ? SnpCodes.Vmpl
            : reserved ? SnpCodes.Reserved
            : !Enum.IsDefined(SigningKey) ? SnpCodes.SigningKey
            : padding ? SnpCodes.Padding
            : null;
    }

    private ReadOnlySpan<byte> Component(int index) => _bytes.Span.Slice(SignedLength + (index * ComponentLength), CoordinateLength);

    private (byte Major, byte Minor, byte Build) FirmwareAt(int offset) => (_bytes.Span[offset + 2], _bytes.Span[offset + 1], _bytes.Span[offset]);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[offset..]);

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[offset..]);
}
