using System.Formats.Asn1;
using System.Globalization;

namespace Assay.Attestation;

/// <summary>
/// The SGX extension of a platform certificate, 1.2.840.113741.1.13.1 (Intel SGX PCK certificate profile, section 1.3.5): which
/// platform, and the security versions that its key was derived for.
/// </summary>
internal sealed class PckExtension
{
    internal const string Oid = "1.2.840.113741.1.13.1";

    internal const int Components = 16;

    private PckExtension()
    {
    }

    /// <summary>Platform provisioning id, 16 bytes: by the processor.</summary>
    internal required ReadOnlyMemory<byte> Ppid { get; init; }

    /// <summary>The 16 security versions of the platform.</summary>
    internal required ReadOnlyMemory<byte> Svns { get; init; }

    internal required ushort PceSvn { get; init; }

    internal required ReadOnlyMemory<byte> CpuSvn { get; init; }

    internal required ReadOnlyMemory<byte> PceId { get; init; }

    /// <summary>Family, model, stepping, platform type and custom SKU, 6 bytes.</summary>
    internal required ReadOnlyMemory<byte> Fmspc { get; init; }

    /// <summary>0 standard, 1 scalable, 2 scalable with integrity.</summary>
    internal required int SgxType { get; init; }

    /// <summary>Platform instance id, 16 bytes; null under the Processor CA.</summary>
    internal ReadOnlyMemory<byte>? PlatformInstanceId { get; init; }

    internal bool? DynamicPlatform { get; init; }

    internal bool? CachedKeys { get; init; }

    internal bool? SmtEnabled { get; init; }

    /// <summary>Reads the extension's value; null if it isn't in its form, has a part twice, or lacks one.</summary>
    internal static PckExtension? TryRead(ReadOnlyMemory<byte> value)
    {
        try
        {
            Parts parts = new(value, Oid, 7);
            Parts tcb = new(parts.Required(2), Oid + ".2", 18);
            byte[] svns = new byte[Components];
            for (int i = 0; i < Components; i++)
            {
                svns[i] = (byte)tcb.Integer(i + 1, byte.MaxValue);
            }

            Parts? configuration = parts.Has(7) ? new Parts(parts.Required(7), Oid + ".7", 3) : null;
            return new PckExtension
            {
                Ppid = parts.Octets(1, 16),
                Svns = svns,
                PceSvn = (ushort)tcb.Integer(17, ushort.MaxValue),
                CpuSvn = tcb.Octets(18, 16),
                PceId = parts.Octets(3, 2),
                Fmspc = parts.Octets(4, 6),
                SgxType = parts.Enumerated(5, 2),
                PlatformInstanceId = parts.Has(6) ? parts.Octets(6, 16) : default(ReadOnlyMemory<byte>?),
                DynamicPlatform = configuration?.Flag(1),
                CachedKeys = configuration?.Flag(2),
                SmtEnabled = configuration?.Flag(3),
            };
        }
        catch (AsnContentException)
        {
            // The framework's reader has no other way to say that bytes aren't DER.
            return null;
        }
    }

    /// <summary>A sequence of pairs of an identifier under one arc, last number from 1, and a value; none twice.</summary>
    private sealed class Parts
    {
        private readonly ReadOnlyMemory<byte>[] _values;

        internal Parts(ReadOnlyMemory<byte> encoded, string arc, int most)
        {
            _values = new ReadOnlyMemory<byte>[most + 1];
            AsnReader reader = new(encoded, AsnEncodingRules.DER);
            AsnReader sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (sequence.HasData)
            {
                AsnReader pair = sequence.ReadSequence();
                string oid = pair.ReadObjectIdentifier();
                ReadOnlyMemory<byte> value = pair.ReadEncodedValue();
                pair.ThrowIfNotEmpty();
                int number = 0;
                bool known = oid.StartsWith(arc, StringComparison.Ordinal) && oid.Length > arc.Length && oid[arc.Length] == '.'
                    && int.TryParse(oid.AsSpan(arc.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
                    && number >= 1 && number <= most && _values[number].IsEmpty;
                _values[number] = known ? value : throw new AsnContentException();
            }
        }

        internal bool Has(int number) => !_values[number].IsEmpty;

        internal ReadOnlyMemory<byte> Required(int number) => Has(number) ? _values[number] : throw new AsnContentException();

        internal byte[] Octets(int number, int length) =>
            Reader(number).ReadOctetString() is { } octets && octets.Length == length ? octets : throw new AsnContentException();

        internal int Integer(int number, int most) =>
            Reader(number).TryReadInt32(out int value) && value >= 0 && value <= most ? value : throw new AsnContentException();

        internal int Enumerated(int number, int most) =>
            Reader(number).ReadEnumeratedBytes().Span is [byte value] && value <= most ? value : throw new AsnContentException();

        internal bool? Flag(int number) => Has(number) ? Reader(number).ReadBoolean() : null;

        private AsnReader Reader(int number) => new(Required(number), AsnEncodingRules.DER);
    }
}
