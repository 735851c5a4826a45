using System.Buffers.Binary;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic report of SEV-SNP says. As it stands it is what a careful policy wants to see.</summary>
public sealed record SnpReportTemplate
{
    /// <summary>Length of a report.</summary>
    public const int Length = 1184;

    /// <summary>Its version.</summary>
    public uint Version { get; init; } = 5;

    /// <summary>The guest policy: ABI 1.31, SMT allowed, the bit that is always one.</summary>
    public ulong Policy { get; init; } = 0x3011F;

    /// <summary>The privilege level.</summary>
    public uint Vmpl { get; init; }

    /// <summary>SMT, ECC, alias check complete.</summary>
    public ulong PlatformInfo { get; init; } = 0x25;

    /// <summary>Author key, chip key masked, signing key.</summary>
    public uint Flags { get; init; }

    /// <summary>Algorithm of the signature.</summary>
    public uint Algorithm { get; init; } = 1;

    /// <summary>64 bytes.</summary>
    public byte[] ReportData { get; init; } = new byte[64];

    /// <summary>48 bytes.</summary>
    public byte[] Measurement { get; init; } = [.. Enumerable.Repeat((byte)0x4D, 48)];

    /// <summary>32 bytes.</summary>
    public byte[] HostData { get; init; } = new byte[32];

    /// <summary>The security version that the key is for, 8 bytes in the product's layout.</summary>
    public required byte[] ReportedTcb { get; init; }

    /// <summary>The one that can't be taken back; null for the reported one.</summary>
    public byte[]? CommittedTcb { get; init; }

    /// <summary>The one that runs; null for the reported one.</summary>
    public byte[]? CurrentTcb { get; init; }

    /// <summary>The one that ran at launch; null for the reported one.</summary>
    public byte[]? LaunchTcb { get; init; }

    /// <summary>Family, model, stepping; not written in version 2.</summary>
    public required byte[] Cpu { get; init; }

    /// <summary>64 bytes.</summary>
    public required byte[] ChipId { get; init; }

    /// <summary>Build, minor, major.</summary>
    public byte[] Firmware { get; init; } = [40, 55, 1];

    /// <summary>Mitigations, from version 5 on.</summary>
    public ulong Mitigations { get; init; } = 0x3F;

    /// <summary>Bytes that are overwritten before it is signed, by offset.</summary>
    public IReadOnlyList<(int Offset, byte Value)> Edits { get; init; } = [];

    /// <summary>The report, signed.</summary>
    public byte[] Sign(SyntheticKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] report = new byte[Length];
        BinaryPrimitives.WriteUInt32LittleEndian(report, Version);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x008), Policy);
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(0x030), Vmpl);
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(0x034), Algorithm);
        (CurrentTcb ?? ReportedTcb).CopyTo(report, 0x038);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x040), PlatformInfo);
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(0x048), Flags);
        ReportData.CopyTo(report, 0x050);
        Measurement.CopyTo(report, 0x090);
        HostData.CopyTo(report, 0x0C0);
        report.AsSpan(0x140, 32).Fill(0x1D);
        report.AsSpan(0x160, 32).Fill(0xFF);
        ReportedTcb.CopyTo(report, 0x180);
        ChipId.CopyTo(report, 0x1A0);
        (CommittedTcb ?? ReportedTcb).CopyTo(report, 0x1E0);
        Firmware.CopyTo(report, 0x1E8);
        Firmware.CopyTo(report, 0x1EC);
        (LaunchTcb ?? ReportedTcb).CopyTo(report, 0x1F0);
        if (Version >= 3)
        {
            Cpu.CopyTo(report, 0x188);
        }

        if (Version >= 5)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x1F8), Mitigations);
            BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(0x200), Mitigations);
        }

        foreach ((int offset, byte value) in Edits)
        {
            report[offset] = value;
        }

        byte[] signature = key.SignRaw(report.AsSpan(0, 0x2A0));
        signature.AsSpan(0, 48).Reverse();
        signature.AsSpan(48).Reverse();
        signature.AsSpan(0, 48).CopyTo(report.AsSpan(0x2A0));
        signature.AsSpan(48).CopyTo(report.AsSpan(0x2A0 + 72));
        return report;
    }
}
