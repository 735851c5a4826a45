using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// A device's measurements as an NVIDIA GPU or switch reports them: an SPDM 1.1 GET_MEASUREMENTS request, 37 bytes, and its MEASUREMENTS
/// response (DMTF DSP0274), which the device signed together.
/// </summary>
public sealed class SpdmReport
{
    /// <summary>Most bytes: no device comes near.</summary>
    public const int MaxLength = 1 << 16;

    private const int RequestLength = 37;
    private const int ResponseHead = 8;
    private const int BlockLength = 55;
    private const int ValueLength = 48;
    private const int NonceLength = 32;
    private const int SignatureLength = 96;
    private const int NonceOffset = 4;
    private const byte Version = 0x11;

    private readonly ReadOnlyMemory<byte> _bytes;

    private SpdmReport(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The asker's nonce, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Nonce => _bytes.Slice(NonceOffset, NonceLength);

    /// <summary>The device's own nonce, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> DeviceNonce { get; init; }

    /// <summary>Measurements, 48 bytes each, by index from 1.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Measurements { get; init; }

    /// <summary>Opaque fields by number: 3 driver, 6 VBIOS, 20 firmware id, 35 chip, …</summary>
    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Fields { get; init; }

    /// <summary>What is signed.</summary>
    public ReadOnlyMemory<byte> Signed => _bytes[..^SignatureLength];

    /// <summary>r then s, 96 bytes.</summary>
    public ReadOnlyMemory<byte> Signature => _bytes[^SignatureLength..];

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <c>nvidia/…</c> of <see cref="NvidiaErrors"/>.</summary>
    public static SpdmReport? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        const int least = RequestLength + ResponseHead + NonceLength + sizeof(ushort) + SignatureLength;
        error = NvidiaErrors.Report;
        if (span.Length is < least or > MaxLength || span[0] != Version || span[1] != 0xE0 || span[RequestLength] != Version || span[RequestLength + 1] != 0x60)
        {
            return null;
        }

        ReadOnlySpan<byte> response = span[RequestLength..^SignatureLength];
        int blocks = response[4];
        int record = response[5] | (response[6] << 8) | (response[7] << 16);
        if (record != blocks * BlockLength || response.Length < ResponseHead + record + NonceLength + sizeof(ushort))
        {
            return null;
        }

        int opaqueAt = ResponseHead + record + NonceLength + sizeof(ushort);
        if (BinaryPrimitives.ReadUInt16LittleEndian(response[(opaqueAt - sizeof(ushort))..]) != response.Length - opaqueAt)
        {
            return null;
        }

        ImmutableArray<ReadOnlyMemory<byte>>.Builder measurements = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(blocks);
        for (int i = 0; i < blocks; i++)
        {
            int at = ResponseHead + i * BlockLength;
            if (!IsBlock(response.Slice(at, BlockLength), i + 1))
            {
                error = NvidiaErrors.Block;
                return null;
            }

            measurements.Add(bytes.Slice(RequestLength + at + BlockLength - ValueLength, ValueLength));
        }

        if (ReadFields(bytes.Slice(RequestLength + opaqueAt, response.Length - opaqueAt)) is not { } fields)
        {
            error = NvidiaErrors.Opaque;
            return null;
        }

        error = null;
        return new SpdmReport(bytes)
        {
            DeviceNonce = bytes.Slice(RequestLength + ResponseHead + record, NonceLength),
            Measurements = measurements.MoveToImmutable(),
            Fields = fields,
        };
    }

    // Index, DMTF measurement, its size, type, the value's size: the value is a SHA-384 digest.
    private static bool IsBlock(ReadOnlySpan<byte> block, int index) =>
        block[0] == index && block[1] == 1 && BinaryPrimitives.ReadUInt16LittleEndian(block[2..]) == BlockLength - 4
        && BinaryPrimitives.ReadUInt16LittleEndian(block[5..]) == ValueLength;

    private static Dictionary<int, ReadOnlyMemory<byte>>? ReadFields(ReadOnlyMemory<byte> opaque)
    {
        Dictionary<int, ReadOnlyMemory<byte>> fields = [];
        while (!opaque.IsEmpty)
        {
            if (opaque.Length < 4)
            {
                return null;
            }

            int type = BinaryPrimitives.ReadUInt16LittleEndian(opaque.Span);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(opaque.Span[2..]);
            if (opaque.Length - 4 < length || !fields.TryAdd(type, opaque.Slice(4, length)))
            {
                return null;
            }

            opaque = opaque[(4 + length)..];
        }

        return fields;
    }
}
