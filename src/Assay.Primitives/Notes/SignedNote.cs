using System.Text;
using System.Text.Unicode;

namespace Assay.Primitives.Notes;

/// <summary>
/// A signed note (C2SP signed-note): text, a blank line, and lines <c>— name base64(key id | signature)</c>.
/// </summary>
/// <remarks>
/// Reads what Go's <c>note.Open</c> reads, less base64 that isn't canonical (the bytes of a note are a
/// function of its content) and less names with control characters. Memory is bounded by the input, at most <see cref="MaxSize"/>.
/// </remarks>
public sealed class SignedNote
{
    /// <summary>The largest note read, in bytes, as in Go's note package.</summary>
    public const int MaxSize = 1_000_000;

    /// <summary>The most signature lines read, as in Go's note package.</summary>
    public const int MaxSignatures = 100;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _textBytes;

    private SignedNote(string text, byte[] textBytes, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        _textBytes = textBytes;
        Signatures = signatures;
    }

    /// <summary>The text that is signed, with its last line feed.</summary>
    public string Text { get; }

    /// <summary>The signature lines, unverified, in order.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a note without verifying anything; null and a code of <see cref="NoteErrors"/> if it isn't one.</summary>
    public static SignedNote? TryParse(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = CheckText(bytes);
        if (error is not null)
        {
            return null;
        }

        // The signatures follow the last blank line, so the text may have blank lines too.
        int split = bytes.LastIndexOf("\n\n"u8);
        if (split < 0 || split + 2 == bytes.Length || bytes[^1] != (byte)'\n')
        {
            error = NoteErrors.Structure;
            return null;
        }

        if (NoteSignature.TryParseLines(bytes[(split + 2)..], out error) is not { } signatures)
        {
            return null;
        }

        byte[] text = bytes[..(split + 1)].ToArray();
        return new SignedNote(Encoding.UTF8.GetString(text), text, signatures);
    }

    /// <summary>The note's bytes.</summary>
    public byte[] Encode()
    {
        StringBuilder note = new(Text);
        note.Append('\n');
        foreach (NoteSignature signature in Signatures)
        {
            note.Append(signature.ToLine());
        }

        return StrictUtf8.GetBytes(note.ToString());
    }

    /// <summary>
    /// Verifies the signatures that name a known key, and passes over the others. Like Go's <c>note.Open</c>, one
    /// bad signature by a known key spoils the note, and of several by one key only the first counts.
    /// </summary>
    public NoteVerification Verify(IReadOnlyList<NoteVerifierKey> knownKeys)
    {
        ArgumentNullException.ThrowIfNull(knownKeys);
        List<NoteVerifierKey> verified = [];
        foreach (NoteSignature signature in Signatures)
        {
            foreach (NoteVerifierKey key in knownKeys)
            {
                if (key.KeyId != signature.KeyId || key.Name != signature.Name || verified.Contains(key))
                {
                    continue;
                }

                if (key.Verify(_textBytes, signature.Signature) != CheckResult.Pass)
                {
                    return new NoteVerification(NoteErrors.BadSignature, []);
                }

                verified.Add(key);
            }
        }

        return new NoteVerification(verified.Count == 0 ? NoteErrors.NoKnownSignature : null, verified);
    }

    /// <summary>The same note with one more signature line at its end.</summary>
    /// <exception cref="InvalidOperationException">It has <see cref="MaxSignatures"/> already.</exception>
    public SignedNote With(NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return Signatures.Count < MaxSignatures
            ? new SignedNote(Text, _textBytes, [.. Signatures, signature])
            : throw new InvalidOperationException($"A note has at most {MaxSignatures} signatures.");
    }

    /// <summary>The same note with this signature line alone.</summary>
    public SignedNote WithOnly(NoteSignature signature) => new(Text, _textBytes, [signature]);

    /// <summary>A note of our own; the text must be one that <see cref="TryParse"/> reads.</summary>
    /// <exception cref="ArgumentException">It isn't.</exception>
    internal static SignedNote Create(string text, IReadOnlyList<NoteSignature> signatures)
    {
        byte[] bytes = StrictUtf8.GetBytes(text);
        if (!text.EndsWith('\n') || CheckText(bytes) is not null)
        {
            throw new ArgumentException(
                "A note's text ends with a line feed and has no other control characters.", nameof(text));
        }

        return new SignedNote(text, bytes, signatures);
    }

    private static string? CheckText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize)
        {
            return NoteErrors.Size;
        }

        ReadOnlySpan<byte> rest = bytes;
        for (int i; (i = rest.IndexOfAnyInRange((byte)0, (byte)0x1F)) >= 0; rest = rest[(i + 1)..])
        {
            if (rest[i] != (byte)'\n')
            {
                return NoteErrors.Text;
            }
        }

        return Utf8.IsValid(bytes) ? null : NoteErrors.Text;
    }
}
