using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Primitives.Notes;

/// <summary>Makes timestamped cosignatures with an Ed25519 seed under a name. Safe for concurrent use until disposed.</summary>
/// <remarks>It signs whatever it is given: that a checkpoint extends the one before is for the caller to know.</remarks>
public sealed class CosignatureSigner : IDisposable
{
    private readonly byte[] _seed;
    private bool _disposed;

    /// <summary>Copies the 32-byte seed; <see cref="Dispose"/> clears the copy.</summary>
    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or the name can't be one.</exception>
    public CosignatureSigner(string name, ReadOnlySpan<byte> seed)
    {
        Key = CosignatureKey.TryCreate(name, Ed25519.PublicKey(seed), out string? error)
            ?? throw new ArgumentException($"Not a key name ({error}).", nameof(name));
        _seed = seed.ToArray();
    }

    /// <summary>The key that verifies.</summary>
    public CosignatureKey Key { get; }

    /// <summary>The cosignature line of a checkpoint at a time; <see cref="SignedNote.With"/> adds it to a note.</summary>
    /// <param name="checkpointText">The note's text: ends with a line feed and has no other control characters.</param>
    /// <param name="unixSeconds">The time, 1 to <see cref="Cosignature.MaxTime"/>.</param>
    /// <exception cref="ArgumentException">The text can't be a note's, or the time isn't one.</exception>
    public NoteSignature Cosign(string checkpointText, long unixSeconds)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(checkpointText);
        SignedNote note = SignedNote.Create(checkpointText, []);
        if (!Cosignature.IsTime(unixSeconds))
        {
            throw new ArgumentOutOfRangeException(nameof(unixSeconds), unixSeconds, "Not a time.");
        }

        byte[] signature = new byte[Cosignature.Size];
        BinaryPrimitives.WriteUInt64BigEndian(signature, (ulong)unixSeconds);
        Ed25519.Sign(_seed, Cosignature.Message(note.Text, unixSeconds), signature.AsSpan(8));
        return new NoteSignature(Key.Name, Key.KeyId, signature);
    }

    /// <summary>Clears the seed.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_seed);
    }
}
