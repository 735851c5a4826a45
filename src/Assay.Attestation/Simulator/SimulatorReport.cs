using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>
/// Evidence of type <see cref="EvidenceType.Simulator"/> (spec/attestation.md, "Simulator"): no hardware, no protection. Whoever holds
/// the root can make any report; nobody but a policy that names that root takes one for anything.
/// </summary>
public sealed class SimulatorReport
{
    /// <summary>Bytes of the report data: a <see cref="TeeBinding.Digest"/>.</summary>
    public const int ReportDataLength = 64;

    /// <summary>Bytes of the measurement.</summary>
    public const int MeasurementLength = 48;

    /// <summary>Bytes of the platform's identity.</summary>
    public const int PlatformLength = 16;

    private const ulong MaxUnixMilliseconds = 253402300799999;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.SimulatorReport);

    private SimulatorReport(CoseSign1 message)
    {
        Message = message;
    }

    /// <summary>What the software put in, 64 bytes.</summary>
    public required ReadOnlyMemory<byte> ReportData { get; init; }

    /// <summary>What the simulator says was measured, 48 bytes.</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>Which simulated machine, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> Platform { get; init; }

    /// <summary>When it was made, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The key that it says has signed it. <see cref="Verify"/> says whether it did.</summary>
    public required P256PublicKey Root { get; init; }

    internal CoseSign1 Message { get; }

    /// <summary>Makes a report: the bytes of the evidence.</summary>
    /// <param name="root">The simulator root, made by whoever runs the simulator.</param>
    /// <param name="reportData">64 bytes.</param>
    /// <param name="measurement">48 bytes.</param>
    /// <param name="platform">16 bytes.</param>
    /// <param name="time">Kept to the millisecond.</param>
    /// <exception cref="ArgumentException">A value has a wrong length.</exception>
    public static byte[] Create(
        IEs256Signer root, ReadOnlySpan<byte> reportData, ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> platform, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(root);
        Span<byte> milliseconds = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, time.ToUnixTimeMilliseconds());
        CborWriter writer = new(320);
        writer.WriteMapHeader(6);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.SimulatorReport);
        writer.WriteUInt(2);
        writer.WriteBytes(reportData);
        writer.WriteUInt(3);
        writer.WriteBytes(measurement);
        writer.WriteUInt(4);
        writer.WriteBytes(platform);
        writer.WriteUInt(5);
        writer.WriteBytes(milliseconds);
        writer.WriteUInt(6);
        writer.WriteBytes(root.PublicKey.ToArray());
        byte[] bytes = CoseSign1.Sign(writer.Written, root).Encode();
        return TryDecode(bytes, out string? error) is not null ? bytes : throw new ArgumentException($"No report has these values ({error}).");
    }

    /// <summary>Reads one, without a look at its signature. Errors: <see cref="SimulatorErrors"/>, <c>cose/…</c>, <c>cbor/…</c>.</summary>
    public static SimulatorReport? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        CoseSign1? message = CoseSign1.TryDecode(bytes, out error);
        if (message is null)
        {
            return null;
        }

        CborReader reader = new(message.Payload);
        reader.ReadMapHeader(6);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        ReadOnlySpan<byte> reportData = reader.ReadBytes(ReportDataLength);
        reader.MapKey(3);
        ReadOnlySpan<byte> measurement = reader.ReadBytes(MeasurementLength);
        reader.MapKey(4);
        ReadOnlySpan<byte> platform = reader.ReadBytes(PlatformLength);
        reader.MapKey(5);
        ReadOnlySpan<byte> milliseconds = reader.ReadBytes(8);
        reader.MapKey(6);
        ReadOnlySpan<byte> key = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        error = reader.Error;
        if (error is not null)
        {
            return null;
        }

        ulong time = BinaryPrimitives.ReadUInt64BigEndian(milliseconds);
        P256PublicKey root = default;
        error = !profile.SequenceEqual(Profile) ? SimulatorErrors.Profile
            : time > MaxUnixMilliseconds ? SimulatorErrors.Time
            : !P256PublicKey.TryFrom(key, out root) ? SimulatorErrors.Root
            : null;
        return error is not null
            ? null
            : new SimulatorReport(message)
            {
                ReportData = reportData.ToArray(),
                Measurement = measurement.ToArray(),
                Platform = platform.ToArray(),
                Time = DateTimeOffset.FromUnixTimeMilliseconds((long)time),
                Root = root,
            };
    }

    /// <summary>Whether the root that it names signed it: null, or a code of <c>cose/…</c>.</summary>
    public string? Verify() => Message.Verify(Root);
}
