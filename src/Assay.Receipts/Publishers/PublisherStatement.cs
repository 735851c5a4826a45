using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>
/// A publisher's signed word that a model, with this statement, card and source file, is its own (spec/publisher.md). Reading
/// one checks its form only; whether it counts is the verifier's question.
/// </summary>
public sealed class PublisherStatement
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most bytes of the publisher's name in UTF-8.</summary>
    public const int MaxNameBytes = 128;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.PublisherStatement);

    private readonly CoseSign1 _cose;

    private PublisherStatement(CoseSign1 cose, ReadOnlyMemory<byte> bytes)
    {
        _cose = cose;
        Bytes = bytes;
        Digest = Digest32.Sha256(bytes.Span);
    }

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>: what stores name it by.</summary>
    public Digest32 Digest { get; }

    /// <summary>The model.</summary>
    public required ModelId Model { get; init; }

    /// <summary>SHA-256 of the model's statement: source file, compiler options, fidelity.</summary>
    public required Digest32 Statement { get; init; }

    /// <summary>SHA-256 of the model's card; null: it says nothing about a card.</summary>
    public required Digest32? Card { get; init; }

    /// <summary>SHA-256 of the file that the model was made of.</summary>
    public required Digest32 Source { get; init; }

    /// <summary>What the publisher calls itself. Anybody can write any name: who it is, the key says.</summary>
    public required string Name { get; init; }

    /// <summary>Unix milliseconds by the publisher's clock.</summary>
    public required long At { get; init; }

    /// <summary>The publisher's key; its thumbprint is the publisher's id.</summary>
    public required P256PublicKey Publisher { get; init; }

    /// <summary>Whether a text can be a publisher's name: 1 to 128 bytes of UTF-8, no control characters and none that is invisible and changes how others are shown (category Cf: direction overrides, zero-width joiners).</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
            {
                return false;
            }
        }

        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes;
    }

    /// <summary>Makes a statement.</summary>
    /// <exception cref="ArgumentException">The name or the time doesn't fit the rules.</exception>
    public static PublisherStatement Create(in ModelId model, in Digest32 statement, Digest32? card, in Digest32 source, string name, DateTimeOffset at, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        CborWriter payload = new(512);
        payload.WriteMapHeader(8);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.PublisherStatement);
        payload.WriteUInt(2);
        payload.WriteBytes(model.Value.Bytes);
        payload.WriteUInt(3);
        payload.WriteBytes(statement.Bytes);
        payload.WriteUInt(4);
        if (card is { } digest)
        {
            payload.WriteBytes(digest.Bytes);
        }
        else
        {
            payload.WriteNull();
        }

        payload.WriteUInt(5);
        payload.WriteBytes(source.Bytes);
        payload.WriteUInt(6);
        payload.WriteText(name);
        payload.WriteUInt(7);
        payload.WriteBytes(time);
        payload.WriteUInt(8);
        payload.WriteBytes(signer.PublicKey.ToArray());
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error)
            ?? throw new ArgumentException($"The values don't fit spec/publisher.md ({error}).", nameof(name));
    }

    /// <summary>Reads a statement; keeps <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.PublisherLayout"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static PublisherStatement? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = ReceiptErrors.PublisherLayout;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        SignedMap.Begin(ref reader, 8, Profile, ReceiptErrors.PublisherLayout);
        reader.MapKey(2);
        Digest32 model = reader.ReadDigest();
        reader.MapKey(3);
        Digest32 statement = reader.ReadDigest();
        reader.MapKey(4);
        Digest32? card = Endorsement.ReadNullableDigest(ref reader);
        reader.MapKey(5);
        Digest32 source = reader.ReadDigest();
        reader.MapKey(6);
        string name = reader.ReadText();
        reader.MapKey(7);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.MapKey(8);
        ReadOnlySpan<byte> key = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        if (reader.Error is null && IsName(name)
            && BinaryPrimitives.ReadUInt64BigEndian(time) <= ReceiptStatement.MaxUnixMilliseconds
            && P256PublicKey.TryFrom(key, out P256PublicKey publisher))
        {
            error = null;
            return new PublisherStatement(cose, bytes)
            {
                Model = new ModelId(model),
                Statement = statement,
                Card = card,
                Source = source,
                Name = name,
                At = BinaryPrimitives.ReadInt64BigEndian(time),
                Publisher = publisher,
            };
        }

        error = reader.Error ?? ReceiptErrors.PublisherLayout;
        return null;
    }

    /// <summary>Null if its publisher signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify() => _cose.Verify(Publisher);
}
