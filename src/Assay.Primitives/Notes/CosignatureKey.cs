namespace Assay.Primitives.Notes;

/// <summary>
/// A witness's name and Ed25519 public key for timestamped cosignatures (C2SP tlog-cosignature), as text
/// <c>name+hash+base64(04 | key)</c>. The algorithm is in the hash, so that one seed has different key ids as a log and
/// as a witness.
/// </summary>
public sealed record CosignatureKey
{
    private const byte AlgorithmCosignature = 4;

    private readonly NamedKey _key;

    private CosignatureKey(NamedKey key) => _key = key;

    /// <summary>The witness's name.</summary>
    public string Name => _key.Name;

    /// <summary>First four bytes, big-endian, of SHA-256 over the name, a line feed, the algorithm (4) and the key.</summary>
    public uint KeyId => _key.KeyId;

    /// <summary>The Ed25519 public key, 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => _key.PublicKey;

    /// <summary>Makes a key of its parts; null and a code of <see cref="NoteErrors"/> if one is unusable.</summary>
    public static CosignatureKey? TryCreate(string name, ReadOnlySpan<byte> publicKey, out string? error) =>
        NamedKey.TryCreate(AlgorithmCosignature, name, publicKey, out error) is { } key ? new CosignatureKey(key) : null;

    /// <summary>Reads the text form; null and a code of <see cref="NoteErrors"/> if it isn't one.</summary>
    public static CosignatureKey? TryParse(ReadOnlySpan<char> text, out string? error) =>
        NamedKey.TryParse(AlgorithmCosignature, text, out error) is { } key ? new CosignatureKey(key) : null;

    /// <inheritdoc/>
    public bool Equals(CosignatureKey? other) => other is not null && _key.IsSameAs(other._key);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)KeyId;

    /// <summary>The text form.</summary>
    public override string ToString() => _key.ToString();

    internal CheckResult Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _key.Verify(message, signature);
}
