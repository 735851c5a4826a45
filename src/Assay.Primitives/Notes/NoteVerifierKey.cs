using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>
/// A name and an Ed25519 public key (C2SP signed-note, "verifier keys"), as text
/// <c>name+hash+base64(01 | key)</c>. The hash binds the name to the key.
/// </summary>
public sealed record NoteVerifierKey
{
    private const byte AlgorithmEd25519 = 1;

    private readonly byte[] _publicKey;

    private NoteVerifierKey(string name, byte[] publicKey)
    {
        Name = name;
        _publicKey = publicKey;
        KeyId = ComputeKeyId(name, publicKey);
    }

    /// <summary>The key's name: in a log's own signature, its origin.</summary>
    public string Name { get; }

    /// <summary>First four bytes, big-endian, of SHA-256 over the name, a line feed, the algorithm and the key.</summary>
    public uint KeyId { get; }

    /// <summary>The Ed25519 public key, 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>Whether a text can be a key's name: not empty, valid Unicode, no white or control characters, no <c>+</c>.</summary>
    public static bool IsName(ReadOnlySpan<char> name)
    {
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int length) != System.Buffers.OperationStatus.Done
                || Rune.IsWhiteSpace(rune)
                || Rune.IsControl(rune)
                || rune.Value == '+')
            {
                return false;
            }

            name = name[length..];
            if (name.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes a verifier key of its parts; null and a code of <see cref="NoteErrors"/> if one is unusable.</summary>
    public static NoteVerifierKey? TryCreate(string name, ReadOnlySpan<byte> publicKey, out string? error)
    {
        error = !IsName(name) ? NoteErrors.KeyName : !Ed25519.IsPublicKey(publicKey) ? NoteErrors.KeyPoint : null;
        return error is null ? new NoteVerifierKey(name, publicKey.ToArray()) : null;
    }

    /// <summary>Reads the text form; null and a code of <see cref="NoteErrors"/> if it isn't one.</summary>
    public static NoteVerifierKey? TryParse(ReadOnlySpan<char> text, out string? error)
    {
        error = NoteErrors.KeyFormat;
        int first = text.IndexOf('+');
        if (first < 0 || text.Length > SignedNote.MaxSize)
        {
            return null;
        }

        ReadOnlySpan<char> rest = text[(first + 1)..];
        Span<byte> keyId = stackalloc byte[4];
        if (rest.Length < 9
            || rest[8] != '+'
            || !Hex.TryDecode(rest[..8], keyId)
            || CanonicalBase64.TryDecode(rest[9..]) is not { Length: > 0 } key)
        {
            return null;
        }

        if (key[0] != AlgorithmEd25519)
        {
            error = NoteErrors.KeyAlgorithm;
            return null;
        }

        if (key.Length != 1 + Ed25519.PublicKeySize)
        {
            return null;
        }

        NoteVerifierKey? verifier = TryCreate(text[..first].ToString(), key.AsSpan(1), out error);
        if (verifier is not null && verifier.KeyId != BinaryPrimitives.ReadUInt32BigEndian(keyId))
        {
            error = NoteErrors.KeyHash;
            return null;
        }

        return verifier;
    }

    /// <summary>Whether the signature is one of this key over the text's bytes; never throws.</summary>
    public CheckResult Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(_publicKey, text, signature);

    /// <inheritdoc/>
    public bool Equals(NoteVerifierKey? other) =>
        other is not null && Name == other.Name && PublicKey.SequenceEqual(other.PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)KeyId;

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        byte[] key = [AlgorithmEd25519, .. _publicKey];
        return string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String(key)}");
    }

    private static uint ComputeKeyId(string name, byte[] publicKey)
    {
        Digest32 hash = Digest32.Sha256([.. Encoding.UTF8.GetBytes(name), (byte)'\n', AlgorithmEd25519, .. publicKey]);
        return BinaryPrimitives.ReadUInt32BigEndian(hash.Bytes);
    }
}
