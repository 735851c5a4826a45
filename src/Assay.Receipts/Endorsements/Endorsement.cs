using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>
/// What somebody says about a receipt after it was signed, in one signed message (spec/endorsements.md, "Endorsement").
/// Reading one checks its form only; whether it counts is the verifier's question.
/// </summary>
public sealed class Endorsement
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Endorsement);

    private readonly CoseSign1 _cose;

    private Endorsement(CoseSign1 cose, ReadOnlyMemory<byte> bytes)
    {
        _cose = cose;
        Bytes = bytes;
        Digest = Digest32.Sha256(bytes.Span);
    }

    /// <summary>The questions that every replay answers.</summary>
    public static ImmutableArray<Question> QuestionsOfReplay { get; } = [Question.Model, Question.ComputedRight];

    /// <summary>The questions that every run in attested hardware answers.</summary>
    public static ImmutableArray<Question> QuestionsOfTee { get; } = [Question.Model, Question.ComputedRight];

    /// <summary>The same, where the request came encrypted to a key inside and the answer left encrypted.</summary>
    public static ImmutableArray<Question> QuestionsOfConfidentialTee { get; } = [Question.Model, Question.ComputedRight, Question.OperatorRead];

    /// <summary>The question that every settlement of a payment answers.</summary>
    public static ImmutableArray<Question> QuestionsOfSettlement { get; } = [Question.Paid];

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>: what the log names it by.</summary>
    public Digest32 Digest { get; }

    /// <summary>The receipt that it is about.</summary>
    public required Digest32 Receipt { get; init; }

    /// <summary>The questions, in their order; at least one, none twice.</summary>
    public required ImmutableArray<Question> Questions { get; init; }

    /// <summary>On what it rests: replay, tee, zk or settlement.</summary>
    public required Basis By { get; init; }

    /// <summary>What it says.</summary>
    public required EndorsementFinding Finding { get; init; }

    /// <summary>SHA-256 of the evidence; null if and only if the finding is <see cref="EndorsementFinding.Expired"/>.</summary>
    public required Digest32? Evidence { get; init; }

    /// <summary>Unix milliseconds by the issuer's clock.</summary>
    public required long At { get; init; }

    /// <summary>The issuer's key.</summary>
    public required P256PublicKey Issuer { get; init; }

    /// <summary>Makes an endorsement.</summary>
    /// <exception cref="ArgumentException">The values don't fit the rules.</exception>
    public static Endorsement Create(
        in Digest32 receipt, IReadOnlyList<Question> questions, Basis by, EndorsementFinding finding, Digest32? evidence, DateTimeOffset at, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        CborWriter payload = new(512);
        payload.WriteMapHeader(8);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.Endorsement);
        payload.WriteUInt(2);
        payload.WriteBytes(receipt.Bytes);
        payload.WriteUInt(3);
        payload.WriteArrayHeader(questions.Count);
        foreach (Question question in questions)
        {
            payload.WriteText(PolicyNames.Id(question));
        }

        payload.WriteUInt(4);
        payload.WriteText(PolicyNames.Id(by));
        payload.WriteUInt(5);
        payload.WriteText(EndorsementNames.Id(finding));
        payload.WriteUInt(6);
        if (evidence is { } digest)
        {
            payload.WriteBytes(digest.Bytes);
        }
        else
        {
            payload.WriteNull();
        }

        payload.WriteUInt(7);
        payload.WriteBytes(time);
        payload.WriteUInt(8);
        payload.WriteBytes(signer.PublicKey.ToArray());
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error)
            ?? throw new ArgumentException($"The values don't fit spec/endorsements.md ({error}).", nameof(questions));
    }

    /// <summary>Reads an endorsement; keeps <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.EndorsementLayout"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static Endorsement? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = ReceiptErrors.EndorsementLayout;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        reader.ReadMapHeader(8);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        Digest32 receipt = reader.ReadDigest();
        reader.MapKey(3);
        ImmutableArray<Question> questions = ReadQuestions(ref reader);
        reader.MapKey(4);
        string by = reader.ReadText();
        reader.MapKey(5);
        string finding = reader.ReadText();
        reader.MapKey(6);
        Digest32? evidence = ReadNullableDigest(ref reader);
        reader.MapKey(7);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.MapKey(8);
        ReadOnlySpan<byte> issuer = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        if (reader.Error is null
            && profile.SequenceEqual(Profile)
            && EndorsementNames.TryFinding(finding, out EndorsementFinding found)
            && PolicyNames.TryBasis(by, out Basis basis) && basis is Basis.Replay or Basis.Tee or Basis.Zk or Basis.Settlement
            && !questions.IsDefault && questions.All(question => PolicyNames.BasesOf(question).Contains(basis))
            && evidence is null == (found == EndorsementFinding.Expired)
            && BinaryPrimitives.ReadUInt64BigEndian(time) <= ReceiptStatement.MaxUnixMilliseconds
            && P256PublicKey.TryFrom(issuer, out P256PublicKey key))
        {
            error = null;
            return new Endorsement(cose, bytes)
            {
                Receipt = receipt,
                Questions = questions,
                By = basis,
                Finding = found,
                Evidence = evidence,
                At = BinaryPrimitives.ReadInt64BigEndian(time),
                Issuer = key,
            };
        }

        error = reader.Error ?? ReceiptErrors.EndorsementLayout;
        return null;
    }

    /// <summary>Null if its issuer signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify() => _cose.Verify(Issuer);

    internal static Digest32? ReadNullableDigest(ref CborReader reader)
    {
        if (reader.Peek() != CborKind.Null)
        {
            return reader.ReadDigest();
        }

        reader.ReadNull();
        return null;
    }

    // Ascending in the order of display, so that one set of questions has one spelling. The default array if they aren't.
    private static ImmutableArray<Question> ReadQuestions(ref CborReader reader)
    {
        int count = reader.ReadArrayHeader();
        ImmutableArray<Question>.Builder questions = ImmutableArray.CreateBuilder<Question>();
        bool sound = count is >= 1 and <= 6;
        for (int left = count; sound && left > 0 && reader.Error is null; left--)
        {
            sound = PolicyNames.TryQuestion(reader.ReadText(), out Question question) && (questions.Count == 0 || questions[^1] < question);
            questions.Add(question);
        }

        if (!sound)
        {
            reader.Fail(ReceiptErrors.EndorsementLayout);
        }

        return sound ? questions.ToImmutable() : default;
    }
}
