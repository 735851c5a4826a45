using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Chat;

/// <summary>A message with its salt, CBOR <c>[salt bstr16, role text, raw text bstr]</c>: what <c>request.messages</c> has the digest of, and what discloses one turn alone.</summary>
/// <param name="Role">The role.</param>
/// <param name="Raw">The message's JSON as it stood in the body.</param>
public sealed record SealedMessage(string Role, ReadOnlyMemory<byte> Raw)
{
    private const int SaltLength = 16;

    /// <summary>Encodes a message with the salt of its place.</summary>
    /// <param name="message">The message.</param>
    /// <param name="seed">The receipt's secret seed, which never leaves the node.</param>
    /// <param name="place">Its place, from 0.</param>
    public static byte[] Seal(ChatMessage message, ReadOnlySpan<byte> seed, int place)
    {
        ArgumentNullException.ThrowIfNull(message);
        CborWriter salted = new(64 + seed.Length);
        salted.WriteArrayHeader(3);
        salted.WriteText("assay/message-salt/v1");
        salted.WriteBytes(seed);
        salted.WriteUInt((ulong)place);
        CborWriter writer = new(message.Raw.Length + 48);
        writer.WriteArrayHeader(3);
        writer.WriteBytes(Digest32.Sha256(salted.Written).Bytes[..SaltLength]);
        writer.WriteText(message.Role);
        writer.WriteBytes(message.Raw.Span);
        return writer.ToArray();
    }

    /// <summary>All messages of a request, sealed, in order.</summary>
    public static IReadOnlyList<byte[]> SealAll(ChatRequest request, ReadOnlyMemory<byte> seed)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. request.Messages.Select((message, place) => Seal(message, seed.Span, place))];
    }

    /// <summary>Reads one; null if it isn't one.</summary>
    public static SealedMessage? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        CborReader reader = new(bytes.Span);
        int members = reader.ReadArrayHeader();
        int salt = reader.ReadBytes().Length;
        string role = reader.ReadText();
        ReadOnlyMemory<byte> raw = reader.ReadBytes().ToArray();
        reader.End();
        return reader.Error is null && members == 3 && salt == SaltLength ? new SealedMessage(role, raw) : null;
    }
}
