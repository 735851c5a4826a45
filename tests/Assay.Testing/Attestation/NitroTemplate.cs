using Assay.Primitives.Cbor;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic Nitro document says: also what no hypervisor would write.</summary>
public sealed record NitroTemplate
{
    /// <summary>CBOR of <c>{1: -35}</c>.</summary>
    public static readonly byte[] Es384 = [0xA1, 0x01, 0x38, 0x22];

    /// <summary>The signer's certificate.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>Certificates above it, root first.</summary>
    public required IReadOnlyList<byte[]> Bundle { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>Instance and enclave.</summary>
    public string ModuleId { get; init; } = NitroPki.ModuleId;

    /// <summary>Name of the registers' hash.</summary>
    public string Digest { get; init; } = "SHA384";

    /// <summary>Registers, in the order in which they are written.</summary>
    public IReadOnlyList<(ulong Index, byte[] Value)> Registers { get; init; } = [.. Enumerable.Range(0, 16).Select(i => ((ulong)i, Enumerable.Repeat((byte)(i < 5 ? 0x10 + i : 0), 48).ToArray()))];

    /// <summary>Null is written as null.</summary>
    public byte[]? PublicKey { get; init; }

    /// <inheritdoc cref="PublicKey"/>
    public byte[]? UserData { get; init; }

    /// <inheritdoc cref="PublicKey"/>
    public byte[]? Nonce { get; init; }

    /// <summary>A document by a pki's new leaf.</summary>
    public static (NitroTemplate Template, SyntheticKey Key) Of(NitroPki pki, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(pki);
        SyntheticCertificate leaf = pki.Leaf(now);
        return (new NitroTemplate { Certificate = leaf.Der, Bundle = pki.Bundle, Timestamp = (ulong)now.ToUnixTimeMilliseconds() }, leaf.Key);
    }

    /// <summary>Members in the hypervisor's order, with their encoded values.</summary>
    public List<(string Name, byte[] Value)> Members() =>
    [
        ("module_id", Cbor(writer => writer.WriteText(ModuleId))),
        ("digest", Cbor(writer => writer.WriteText(Digest))),
        ("timestamp", Cbor(writer => writer.WriteUInt(Timestamp))),
        ("pcrs", Cbor(writer =>
        {
            writer.WriteMapHeader(Registers.Count);
            foreach ((ulong index, byte[] value) in Registers)
            {
                writer.WriteUInt(index);
                writer.WriteBytes(value);
            }
        })),
        ("certificate", Bytes(Certificate)),
        ("cabundle", Cbor(writer =>
        {
            writer.WriteArrayHeader(Bundle.Count);
            foreach (byte[] certificate in Bundle)
            {
                writer.WriteBytes(certificate);
            }
        })),
        ("public_key", Bytes(PublicKey)),
        ("user_data", Bytes(UserData)),
        ("nonce", Bytes(Nonce)),
    ];

    /// <summary>The document, signed.</summary>
    public byte[] Sign(SyntheticKey key) => Sign(Payload(Members()), key);

    /// <summary>A payload of any members.</summary>
    public static byte[] Payload(IReadOnlyCollection<(string Name, byte[] Value)> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return
        [
            .. Cbor(writer => writer.WriteMapHeader(members.Count)),
            .. members.SelectMany(static member => Cbor(writer => writer.WriteText(member.Name)).Concat(member.Value)),
        ];
    }

    /// <summary>A payload in its COSE_Sign1, untagged, signed.</summary>
    public static byte[] Sign(byte[] payload, SyntheticKey key, byte[]? header = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] signed = Cbor(writer =>
        {
            writer.WriteArrayHeader(4);
            writer.WriteText("Signature1");
            writer.WriteBytes(header ?? Es384);
            writer.WriteBytes([]);
            writer.WriteBytes(payload);
        });
        return Message(header ?? Es384, [0xA0], payload, key.SignRaw(signed));
    }

    /// <summary>The four parts; <paramref name="unprotected"/> is encoded already.</summary>
    public static byte[] Message(byte[] header, byte[] unprotected, byte[] payload, byte[] signature) =>
        [0x84, .. Bytes(header), .. unprotected, .. Bytes(payload), .. Bytes(signature)];

    /// <summary>A byte string, or null.</summary>
    public static byte[] Bytes(byte[]? value) => Cbor(writer =>
    {
        if (value is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteBytes(value);
        }
    });

    /// <summary>What is written.</summary>
    public static byte[] Cbor(Action<CborWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        CborWriter writer = new(4096);
        write(writer);
        return writer.ToArray();
    }
}
