using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>
/// A name and an Ed25519 public key (C2SP signed-note, "verifier keys"), as text
/// <c>name+hash+base64(01 | key)</c>. The hash binds the name to the key.
/// </summary>
public sealed record NoteVerifierKey
{
    private const byte AlgorithmEd25519 = 1;

    private readonly NamedKey _key;

    private NoteVerifierKey(NamedKey key) => _key = key;

    /// <summary>The key's name: in a log's own signature, its origin.</summary>
    public string Name => _key.Name;

    /// <summary>First four bytes, big-endian, of SHA-256 over the name, a line feed, the algorithm and the key.</summary>
    public uint KeyId => _key.KeyId;

    /// <summary>The Ed25519 public key, 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => _key.PublicKey;

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
    public static NoteVerifierKey? TryCreate(string name, ReadOnlySpan<byte> publicKey, out string? error) =>
        NamedKey.TryCreate(AlgorithmEd25519, name, publicKey, out error) is { } key ? new NoteVerifierKey(key) : null;

    /// <summary>Reads the text form; null and a code of <see cref="NoteErrors"/> if it isn't one.</summary>
    public static NoteVerifierKey? TryParse(ReadOnlySpan<char> text, out string? error) =>
        NamedKey.TryParse(AlgorithmEd25519, text, out error) is { } key ? new NoteVerifierKey(key) : null;

    /// <summary>Whether the signature is one of this key over the text's bytes; never throws.</summary>
    public CheckResult Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) => _key.Verify(text, signature);

    /// <inheritdoc/>
    public bool Equals(NoteVerifierKey? other) => other is not null && _key.IsSameAs(other._key);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)KeyId;

    /// <summary>The text form.</summary>
    public override string ToString() => _key.ToString();
}
