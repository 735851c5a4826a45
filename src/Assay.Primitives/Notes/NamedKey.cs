using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>
/// What <see cref="NoteVerifierKey"/> and <see cref="CosignatureKey"/> share: a name and an Ed25519 public key under an
/// algorithm byte, as text <c>name+hash+base64(algorithm | key)</c> (C2SP signed-note, "verifier keys").
/// </summary>
internal sealed class NamedKey
{
    private readonly byte _algorithm;
    private readonly byte[] _publicKey;

    private NamedKey(byte algorithm, string name, byte[] publicKey)
    {
        _algorithm = algorithm;
        Name = name;
        _publicKey = publicKey;
        Digest32 hash = Digest32.Sha256([.. Encoding.UTF8.GetBytes(name), (byte)'\n', algorithm, .. publicKey]);
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(hash.Bytes);
    }

    public string Name { get; }

    public uint KeyId { get; }

    public ReadOnlySpan<byte> PublicKey => _publicKey;

    public static NamedKey? TryCreate(byte algorithm, string name, ReadOnlySpan<byte> publicKey, out string? error)
    {
        error = !NoteVerifierKey.IsName(name) ? NoteErrors.KeyName
            : !Ed25519.IsPublicKey(publicKey) ? NoteErrors.KeyPoint
            : null;
        return error is null ? new NamedKey(algorithm, name, publicKey.ToArray()) : null;
    }

    public static NamedKey? TryParse(byte algorithm, ReadOnlySpan<char> text, out string? error)
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

        if (key[0] != algorithm)
        {
            error = NoteErrors.KeyAlgorithm;
            return null;
        }

        if (key.Length != 1 + Ed25519.PublicKeySize)
        {
            return null;
        }

        NamedKey? named = TryCreate(algorithm, text[..first].ToString(), key.AsSpan(1), out error);
        if (named is not null && named.KeyId != BinaryPrimitives.ReadUInt32BigEndian(keyId))
        {
            error = NoteErrors.KeyHash;
            return null;
        }

        return named;
    }

    public CheckResult Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(_publicKey, message, signature);

    public bool IsSameAs(NamedKey other) =>
        _algorithm == other._algorithm && Name == other.Name && PublicKey.SequenceEqual(other.PublicKey);

    public override string ToString()
    {
        byte[] key = [_algorithm, .. _publicKey];
        return string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String(key)}");
    }
}
