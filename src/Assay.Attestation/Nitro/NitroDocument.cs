using System.Collections.Immutable;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>
/// An attestation document of AWS Nitro Enclaves, read strictly: COSE_Sign1 (RFC 9052), tagged or not, around a map of nine known
/// members (AWS, "Nitro Enclaves Attestation Process", sections 2.2 and 3.2). The hypervisor writes members in its own order and not
/// in that of deterministic CBOR, so the order isn't looked at, and since 2026 it leaves the number of members open. All other heads are
/// the shortest, with their length.
/// </summary>
internal sealed class NitroDocument
{
    /// <summary>Most bytes: a response of the device has at most 0x3000, and AWS's own rule for payloads is this.</summary>
    internal const int MaxLength = 16384;

    /// <summary>Bytes of a register: SHA-384.</summary>
    internal const int RegisterLength = 48;

    /// <summary>Bytes of a signature: r then s.</summary>
    internal const int SignatureLength = 96;

    /// <summary>Most registers.</summary>
    internal const int MaxRegisters = 32;

    private const byte Tag18 = 0xD2;
    private const byte IndefiniteMap = 0xBF;
    private const byte Break = 0xFF;
    private const int MaxCertificateLength = 1024;
    private const int MaxBundle = 8;
    private const int MaxPublicKeyLength = 1024;
    private const int MaxDataLength = 512;
    private const int MaxModuleIdLength = 256;
    private const ulong MaxUnixMilliseconds = 253402300799999;

    /// <summary>Members in the order of their bits; the first six must be there.</summary>
    private static readonly ImmutableArray<string> Members =
        ["module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle", "public_key", "user_data", "nonce"];

    private const int Required = 0b111111;

    private NitroDocument()
    {
    }

    /// <summary>The protected header, as signed.</summary>
    internal required ReadOnlyMemory<byte> Protected { get; init; }

    /// <summary>What is signed.</summary>
    internal required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The payload's members, without what surrounds them where their number isn't said.</summary>
    private ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>r then s, 96 bytes.</summary>
    internal required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Who issued it: <c>i-…-enc…</c>, an instance and an enclave in it. Printable ASCII.</summary>
    internal string ModuleId { get; private set; } = "";

    /// <summary>Unix milliseconds, by the hypervisor's clock.</summary>
    internal long Timestamp { get; private set; }

    /// <summary>The registers that are there, by index; those that aren't are empty.</summary>
    internal ReadOnlyMemory<byte>[] Registers { get; } = new ReadOnlyMemory<byte>[MaxRegisters];

    /// <summary>The certificate of the key that signed, DER.</summary>
    internal ReadOnlyMemory<byte> Certificate { get; private set; }

    /// <summary>The certificates above it, DER, root first.</summary>
    internal ImmutableArray<ReadOnlyMemory<byte>> Bundle { get; private set; } = [];

    /// <summary>Empty if there is none.</summary>
    internal ReadOnlyMemory<byte> PublicKey { get; private set; }

    /// <summary>Empty if there is none.</summary>
    internal ReadOnlyMemory<byte> UserData { get; private set; }

    /// <summary>Empty if there is none.</summary>
    internal ReadOnlyMemory<byte> Nonce { get; private set; }

    /// <summary>Reads one; keeps views of <paramref name="bytes"/>. Errors: <see cref="NitroErrors"/>, <c>cbor/…</c>.</summary>
    internal static NitroDocument? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        if (bytes.Length > MaxLength)
        {
            error = NitroErrors.TooLarge;
            return null;
        }

        ReadOnlyMemory<byte> untagged = !bytes.IsEmpty && bytes.Span[0] == Tag18 ? bytes[1..] : bytes;
        CborReader reader = new(untagged.Span);
        reader.ReadArrayHeader(4);
        ReadOnlyMemory<byte> header = ReadBytes(ref reader, untagged);
        if (reader.ReadMapHeader() != 0)
        {
            reader.Fail(NitroErrors.Header);
        }

        ReadOnlyMemory<byte> payload = ReadBytes(ref reader, untagged);
        ReadOnlyMemory<byte> signature = ReadBytes(ref reader, untagged);
        reader.End();
        if (signature.Length != SignatureLength)
        {
            reader.Fail(NitroErrors.SignatureLength);
        }

        error = reader.Error;
        if (error is not null)
        {
            return null;
        }

        NitroDocument document = new() { Protected = header, Payload = payload, Signature = signature };
        error = document.ReadPayload();
        return error is null ? document : null;
    }

    /// <summary>A map of known or, as the hypervisor writes it since 2026, of indefinite length: what is between its head and its break.</summary>
    private string? ReadPayload()
    {
        bool isIndefinite = Payload.Length >= 2 && Payload.Span[0] == IndefiniteMap && Payload.Span[^1] == Break;
        Content = isIndefinite ? Payload[1..^1] : Payload;
        CborReader reader = new(Content.Span);
        int found = 0;
        for (int left = isIndefinite ? int.MaxValue : reader.ReadMapHeader(); left > 0 && reader.Error is null && !(isIndefinite && reader.Position == Content.Length); left--)
        {
            string name = reader.ReadText();
            int member = Members.IndexOf(name);
            if (reader.Error is null && (member < 0 || (found & 1 << member) != 0))
            {
                reader.Fail(member < 0 ? NitroErrors.Field : NitroErrors.Repeated);
            }

            if (reader.Error is null)
            {
                found |= 1 << member;
                ReadMember(ref reader, name);
            }
        }

        reader.End();
        return reader.Error ?? ((found & Required) == Required ? null : NitroErrors.Missing);
    }

    private void ReadMember(ref CborReader reader, string name)
    {
        switch (name)
        {
            case "module_id":
                ModuleId = reader.ReadText();
                Check(ref reader, ModuleId.Length is > 0 and <= MaxModuleIdLength && !ModuleId.AsSpan().ContainsAnyExceptInRange('!', '~'), NitroErrors.ModuleId);
                break;
            case "digest":
                Check(ref reader, reader.ReadTextUtf8().SequenceEqual("SHA384"u8), NitroErrors.Digest);
                break;
            case "timestamp":
                ulong timestamp = reader.ReadUInt();
                Check(ref reader, timestamp is > 0 and <= MaxUnixMilliseconds, NitroErrors.Time);
                Timestamp = (long)timestamp;
                break;
            case "pcrs":
                ReadRegisters(ref reader);
                break;
            case "certificate":
                Certificate = ReadCertificate(ref reader);
                break;
            case "cabundle":
                ReadBundle(ref reader);
                break;
            case "public_key":
                PublicKey = ReadData(ref reader, MaxPublicKeyLength);
                break;
            case "user_data":
                UserData = ReadData(ref reader, MaxDataLength);
                break;
            default:
                Nonce = ReadData(ref reader, MaxDataLength);
                break;
        }
    }

    private void ReadRegisters(ref CborReader reader)
    {
        int count = reader.ReadMapHeader();
        Check(ref reader, count is > 0 and <= MaxRegisters, NitroErrors.Register);
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            ulong index = reader.ReadUInt();
            ReadOnlyMemory<byte> value = ReadBytes(ref reader, Content);
            Check(ref reader, index < MaxRegisters && value.Length == RegisterLength, NitroErrors.Register);
            if (reader.Error is null)
            {
                Check(ref reader, Registers[index].IsEmpty, NitroErrors.Repeated);
                Registers[index] = value;
            }
        }
    }

    private void ReadBundle(ref CborReader reader)
    {
        int count = reader.ReadArrayHeader();
        Check(ref reader, count is > 0 and <= MaxBundle, NitroErrors.CertificateLength);
        ImmutableArray<ReadOnlyMemory<byte>>.Builder bundle = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(MaxBundle);
        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            bundle.Add(ReadCertificate(ref reader));
        }

        Bundle = bundle.ToImmutable();
    }

    private ReadOnlyMemory<byte> ReadCertificate(ref CborReader reader)
    {
        ReadOnlyMemory<byte> certificate = ReadBytes(ref reader, Content);
        Check(ref reader, certificate.Length is > 0 and <= MaxCertificateLength, NitroErrors.CertificateLength);
        return certificate;
    }

    /// <summary>A member that a caller of the device gave, or null.</summary>
    private ReadOnlyMemory<byte> ReadData(ref CborReader reader, int maxLength)
    {
        if (reader.Peek() == CborKind.Null)
        {
            reader.ReadNull();
            return default;
        }

        ReadOnlyMemory<byte> data = ReadBytes(ref reader, Content);
        Check(ref reader, data.Length <= maxLength, NitroErrors.Data);
        return data;
    }

    private static void Check(ref CborReader reader, bool holds, string code)
    {
        if (!holds)
        {
            reader.Fail(code);
        }
    }

    private static ReadOnlyMemory<byte> ReadBytes(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        ReadOnlySpan<byte> value = reader.ReadBytes();
        return reader.Error is null ? source.Slice(reader.Position - value.Length, value.Length) : default;
    }
}
