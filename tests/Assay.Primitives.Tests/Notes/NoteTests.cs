using System.Text;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Primitives.Tests.Notes;

public sealed class NoteTests : IDisposable
{
    // The example of golang.org/x/mod/sumdb/note.
    private const string PeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string PeterSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string PeterNote =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private readonly NoteSigner _alice = new("alice.example/log", new byte[32]);
    private readonly NoteSigner _bob = new("bob", [1, .. new byte[31]]);

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
    }

    [Fact]
    public void Example_of_go_opens_and_is_made_again()
    {
        NoteVerifierKey key = NoteVerifierKey.TryParse(PeterKey, out string? error)!;
        Assert.Null(error);
        Assert.Equal(PeterKey, key.ToString());

        SignedNote note = SignedNote.TryParse(Encoding.UTF8.GetBytes(PeterNote), out error)!;
        Assert.Null(error);
        NoteVerification verification = note.Verify([_alice.VerifierKey, key]);
        Assert.Null(verification.Error);
        Assert.Equal([key], verification.VerifiedKeys);

        using NoteSigner signer = new("PeterNeumann", Convert.FromBase64String(PeterSeed).AsSpan(1));
        Assert.Equal(key, signer.VerifierKey);
        Assert.Equal(PeterNote, Encoding.UTF8.GetString(signer.Sign(note.Text).Encode()));
    }

    [Fact]
    public void Several_signatures_verify_and_unknown_ones_are_passed_over()
    {
        SignedNote note = Reparse(_bob.AddTo(_alice.Sign("text\n\nwith a blank line\n")));
        Assert.Equal("text\n\nwith a blank line\n", note.Text);
        Assert.Equal([_alice.VerifierKey, _bob.VerifierKey], note.Verify([_bob.VerifierKey, _alice.VerifierKey]).VerifiedKeys);
        Assert.Equal([_bob.VerifierKey], note.Verify([_bob.VerifierKey]).VerifiedKeys);

        NoteVerification none = note.Verify([]);
        Assert.Equal(NoteErrors.NoKnownSignature, none.Error);
        Assert.Empty(none.VerifiedKeys);
    }

    [Fact]
    public void One_bad_signature_by_a_known_key_spoils_the_note()
    {
        string good = Encoding.UTF8.GetString(_bob.AddTo(_alice.Sign("text\n")).Encode());
        string bad = good.Replace("text", "test", StringComparison.Ordinal);
        SignedNote note = SignedNote.TryParse(Encoding.UTF8.GetBytes(bad), out _)!;
        NoteVerification verification = note.Verify([_alice.VerifierKey]);
        Assert.Equal(NoteErrors.BadSignature, verification.Error);
        Assert.Empty(verification.VerifiedKeys);

        // A good signature by one key doesn't make up for a bad one by another.
        SignedNote mixed = SignedNote.Create("text\n", [.. _alice.Sign("text\n").Signatures, .. _bob.Sign("other\n").Signatures]);
        Assert.Equal(NoteErrors.BadSignature, Reparse(mixed).Verify([_alice.VerifierKey, _bob.VerifierKey]).Error);
        Assert.Null(Reparse(mixed).Verify([_alice.VerifierKey]).Error);
    }

    [Fact]
    public void Of_several_signatures_by_one_key_the_first_counts()
    {
        SignedNote good = _alice.Sign("text\n");
        SignedNote bad = _alice.Sign("other\n");
        SignedNote goodFirst = SignedNote.Create("text\n", [.. good.Signatures, .. bad.Signatures]);
        SignedNote badFirst = SignedNote.Create("text\n", [.. bad.Signatures, .. good.Signatures]);
        Assert.Single(goodFirst.Verify([_alice.VerifierKey, _alice.VerifierKey]).VerifiedKeys);
        Assert.Equal(NoteErrors.BadSignature, badFirst.Verify([_alice.VerifierKey]).Error);
    }

    [Fact]
    public void Signature_under_another_name_or_id_is_unknown()
    {
        NoteSignature signature = _alice.Sign("text\n").Signatures[0];
        foreach (NoteSignature changed in new[] { signature with { Name = "alice" }, signature with { KeyId = 1 } })
        {
            SignedNote note = SignedNote.Create("text\n", [changed]);
            Assert.Equal(NoteErrors.NoKnownSignature, note.Verify([_alice.VerifierKey]).Error);
        }
    }

    [Theory]
    [InlineData("", NoteErrors.Structure)]
    [InlineData("text", NoteErrors.Structure)]
    [InlineData("text\n", NoteErrors.Structure)]
    [InlineData("text\n\n", NoteErrors.Structure)]
    [InlineData("text\n\n— bob AAAAAAAA", NoteErrors.Structure)]
    [InlineData("text\n— bob AAAAAAAA\n", NoteErrors.Structure)]
    [InlineData("text\r\n\n— bob AAAAAAAA\n", NoteErrors.Text)]
    [InlineData("te\txt\n\n— bob AAAAAAAA\n", NoteErrors.Text)]
    [InlineData("te\0xt\n\n— bob AAAAAAAA\n", NoteErrors.Text)]
    [InlineData("text\n\n- bob AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n—bob AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bobAAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n—  AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob \n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAAAA==\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAAAAB=\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAA AAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAAAAAA \n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAA_AAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— b+b AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— b\u00a0b AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— b\u2003b AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— b\u0085b AAAAAAAA\n", NoteErrors.SignatureLine)]
    [InlineData("text\n\n— bob AAAAAAAA\ntext\n", NoteErrors.SignatureLine)]
    [InlineData("\n\n— bob AAAAAAAA\n", null)]
    [InlineData("text\n\n\n— bob AAAAAAAA\n", null)]
    [InlineData("text\n\n— bob AAAAAAA=\n", null)]
    [InlineData("— a AAAAAAAA\n\n— bob AAAAAAAA\n", null)]
    public void Form_of_a_note_is_checked(string note, string? code)
    {
        SignedNote? parsed = SignedNote.TryParse(Encoding.UTF8.GetBytes(note), out string? error);
        Assert.Equal(code, error);
        Assert.Equal(code is null, parsed is not null);
        if (parsed is not null)
        {
            Assert.Equal(note, Encoding.UTF8.GetString(parsed.Encode()));
        }
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        foreach (byte[] bad in new byte[][] { [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80] })
        {
            byte[] note = [.. "text"u8, .. bad, .. "\n\n— bob AAAAAAAA\n"u8];
            Assert.Null(SignedNote.TryParse(note, out string? error));
            Assert.Equal(NoteErrors.Text, error);
        }
    }

    [Fact]
    public void Size_and_number_of_signatures_are_bounded()
    {
        string line = "— bob AAAAAAAA\n";
        string text = "text\n\n";
        Assert.NotNull(SignedNote.TryParse(Encoding.UTF8.GetBytes(text + string.Concat(Enumerable.Repeat(line, 100))), out _));
        Assert.Null(SignedNote.TryParse(Encoding.UTF8.GetBytes(text + string.Concat(Enumerable.Repeat(line, 101))), out string? many));
        Assert.Equal(NoteErrors.TooManySignatures, many);

        byte[] tail = Encoding.UTF8.GetBytes("\n\n" + line);
        byte[] largest = [.. Enumerable.Repeat((byte)'x', SignedNote.MaxSize - tail.Length), .. tail];
        Assert.NotNull(SignedNote.TryParse(largest, out _));
        Assert.Null(SignedNote.TryParse([(byte)'x', .. largest], out string? size));
        Assert.Equal(NoteErrors.Size, size);
    }

    [Fact]
    public void Texts_and_names_that_cannot_stand_in_a_note_are_programming_errors()
    {
        Assert.Throws<ArgumentException>(() => _alice.Sign("no line feed"));
        Assert.Throws<ArgumentException>(() => _alice.Sign("tab\t\n"));
        Assert.Throws<ArgumentException>(() => _alice.Sign(""));
        Assert.Throws<ArgumentException>(() => new NoteSigner("a b", new byte[32]));
        Assert.Throws<ArgumentException>(() => new NoteSigner("a+b", new byte[32]));
        Assert.Throws<ArgumentException>(() => new NoteSigner("", new byte[32]));
        Assert.Throws<ArgumentException>(() => new NoteSigner("\ud800", new byte[32]));
        Assert.Throws<ArgumentException>(() => new NoteSigner("a", new byte[31]));
        NoteSigner disposed = new("a", new byte[32]);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Sign("text\n"));
    }

    [Theory]
    [InlineData("", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3+", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3f+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+g74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20\0\0+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+ c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy", NoteErrors.KeyFormat)]
    [InlineData("PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyAlgorithm)]
    [InlineData("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyAlgorithm)]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyHash)]
    [InlineData("PeterNewmann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyHash)]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyName)]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteErrors.KeyName)]
    [InlineData("PeterNeumann+c74f20a3+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NoteErrors.KeyPoint)]
    [InlineData("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", null)]
    [InlineData(PeterKey, null)]
    public void Form_of_a_verifier_key_is_checked(string text, string? code)
    {
        NoteVerifierKey? key = NoteVerifierKey.TryParse(text, out string? error);
        Assert.Equal(code, error);
        Assert.Equal(code is null ? text : null, key?.ToString());
    }

    [Fact]
    public void Note_parser_neither_throws_nor_grows_on_mutated_notes()
    {
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(PeterNote),
            _bob.AddTo(_alice.Sign("log.example/1\n123\nPlBvXAPs36IgY4bGa8bUt1hUdNOhTA/JSLYQv+vgu1M=\n")).Encode(),
            "é\n\n\n— b AAAAAAAA\n— b AAAAAAA=\n"u8.ToArray(),
        ];
        FuzzSummary summary = FuzzRun.Run(
            seeds,
            input =>
            {
                SignedNote? note = SignedNote.TryParse(input, out string? error);
                if ((note is null) != (error is not null) || (note is not null && !note.Encode().SequenceEqual(input)))
                {
                    throw new InvalidOperationException("Not the one encoding of what was read.");
                }

                return note is not null && note.Verify([]).Error is not null;
            });
        Assert.True(summary.Accepted > 1000 && summary.Refused > 10_000, summary.ToString());
    }

    [Fact]
    public void Verifier_key_parser_neither_throws_nor_grows_on_mutated_keys()
    {
        byte[][] seeds = [Encoding.UTF8.GetBytes(PeterKey), Encoding.UTF8.GetBytes(_bob.VerifierKey.ToString())];
        FuzzSummary summary = FuzzRun.Run(
            seeds,
            input =>
            {
                string text = Encoding.UTF8.GetString(input);
                NoteVerifierKey? key = NoteVerifierKey.TryParse(text, out string? error);
                if ((key is null) != (error is not null)
                    || (key is not null && !string.Equals(key.ToString(), text, StringComparison.OrdinalIgnoreCase)))
                {
                    throw new InvalidOperationException("Not the one form of what was read.");
                }

                return key is not null;
            });
        Assert.True(summary.Accepted > 0 && summary.Refused > 10_000, summary.ToString());
    }

    private static SignedNote Reparse(SignedNote note)
    {
        SignedNote? parsed = SignedNote.TryParse(note.Encode(), out string? error);
        Assert.Null(error);
        return parsed!;
    }
}
