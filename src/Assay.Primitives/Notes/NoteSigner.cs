using System.Security.Cryptography;

namespace Assay.Primitives.Notes;

/// <summary>Signs notes with an Ed25519 key under a name: a seed, or a key that somebody else holds. Safe for concurrent use until disposed.</summary>
public sealed class NoteSigner : IDisposable
{
    private readonly byte[] _seed;
    private readonly IEd25519Signer? _remote;
    private bool _disposed;

    /// <summary>Copies the 32-byte seed; <see cref="Dispose"/> clears the copy.</summary>
    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or the name can't be one.</exception>
    public NoteSigner(string name, ReadOnlySpan<byte> seed)
    {
        VerifierKey = NoteVerifierKey.TryCreate(name, Ed25519.PublicKey(seed), out string? error)
            ?? throw new ArgumentException($"Not a key name ({error}).", nameof(name));
        _seed = seed.ToArray();
    }

    /// <summary>Has a key signed with that isn't here. It isn't disposed of.</summary>
    /// <exception cref="ArgumentException">Its public key isn't one, or the name can't be one.</exception>
    public NoteSigner(string name, IEd25519Signer key)
    {
        ArgumentNullException.ThrowIfNull(key);
        VerifierKey = NoteVerifierKey.TryCreate(name, key.PublicKey.Span, out string? error)
            ?? throw new ArgumentException($"Not a key or a key name ({error}).", nameof(name));
        _seed = [];
        _remote = key;
    }

    /// <summary>The key that verifies.</summary>
    public NoteVerifierKey VerifierKey { get; }

    /// <summary>Signs a note's text.</summary>
    /// <param name="text">Ends with a line feed and has no other control characters.</param>
    /// <exception cref="ArgumentException">The text can't be a note's.</exception>
    public SignedNote Sign(string text) => SignedNote.Create(text, [SignText(text)]);

    /// <summary>The same note with this signer's signature added.</summary>
    public SignedNote AddTo(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return note.With(SignText(note.Text));
    }

    /// <summary>Clears the seed.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
    }

    private NoteSignature SignText(string text)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        byte[] signature = new byte[Ed25519.SignatureSize];
        byte[] message = System.Text.Encoding.UTF8.GetBytes(text);
        if (_remote is null)
        {
            Ed25519.Sign(_seed, message, signature);
        }
        else
        {
            _remote.Sign(message, signature);
        }

        return new NoteSignature(VerifierKey.Name, VerifierKey.KeyId, signature);
    }
}
