using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Primitives.Tests.Notes;

public sealed class CosignatureTests : IDisposable
{
    private const string Text = "log.example/1\n123\nPlBvXAPs36IgY4bGa8bUt1hUdNOhTA/JSLYQv+vgu1M=\n";
    private const long Time = 1_795_000_000;

    private readonly NoteSigner _log = new("log.example/1", new byte[32]);
    private readonly CosignatureSigner _witness = new("witness.example", [1, .. new byte[31]]);
    private readonly CosignatureSigner _other = new("other.example", [2, .. new byte[31]]);

    public void Dispose()
    {
        _log.Dispose();
        _witness.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Cosigned_note_verifies_for_log_and_witness_and_keeps_its_text()
    {
        SignedNote note = Reparse(_log.Sign(Text).With(_witness.Cosign(Text, Time)));
        Assert.Equal(CheckResult.Pass, Cosignature.Verify(note, _witness.Key, out long time));
        Assert.Equal(Time, time);
        Assert.Equal([_log.VerifierKey], note.Verify([_log.VerifierKey]).VerifiedKeys);
        Assert.Equal(Text, note.Text);
        Assert.Equal(CheckResult.NotEvaluated, Cosignature.Verify(note, _other.Key, out time));
        Assert.Equal(0, time);
    }

    [Fact]
    public void Key_has_its_own_algorithm_in_text_and_id()
    {
        string text = _witness.Key.ToString();
        Assert.Equal(_witness.Key, CosignatureKey.TryParse(text, out string? error));
        Assert.Null(error);
        Assert.Null(NoteVerifierKey.TryParse(text, out error));
        Assert.Equal(NoteErrors.KeyAlgorithm, error);

        NoteVerifierKey asLog = NoteVerifierKey.TryCreate("witness.example", _witness.Key.PublicKey, out _)!;
        Assert.NotEqual(asLog.KeyId, _witness.Key.KeyId);
        Assert.Null(CosignatureKey.TryParse(asLog.ToString(), out error));
        Assert.Equal(NoteErrors.KeyAlgorithm, error);
    }

    [Fact]
    public void Of_several_good_lines_the_earliest_time_counts_in_any_order()
    {
        foreach (long[] times in new long[][] { [5, 3, 9], [3, 9, 5], [9, 5, 3] })
        {
            SignedNote note = _log.Sign(Text);
            foreach (long time in times)
            {
                note = note.With(_witness.Cosign(Text, time)).With(_other.Cosign(Text, 1));
            }

            Assert.Equal(CheckResult.Pass, Cosignature.Verify(Reparse(note), _witness.Key, out long earliest));
            Assert.Equal(3, earliest);
        }
    }

    [Fact]
    public void One_bad_line_by_the_key_spoils_the_good_ones_wherever_it_stands()
    {
        NoteSignature good = _witness.Cosign(Text, Time);
        NoteSignature bad = _witness.Cosign("other\n", Time);
        Assert.Equal(CheckResult.Fail, Cosignature.Verify(_log.Sign(Text).With(good).With(bad), _witness.Key, out _));
        Assert.Equal(CheckResult.Fail, Cosignature.Verify(_log.Sign(Text).With(bad).With(good), _witness.Key, out long time));
        Assert.Equal(0, time);

        // Someone else's bad line is theirs.
        SignedNote others = _log.Sign(Text).With(good).With(_other.Cosign("other\n", Time));
        Assert.Equal(CheckResult.Pass, Cosignature.Verify(others, _witness.Key, out _));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(253_402_300_800UL)]
    public void Time_that_is_none_fails_even_if_it_is_signed(ulong time)
    {
        byte[] message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{Text}");
        byte[] signature = new byte[72];
        BinaryPrimitives.WriteUInt64BigEndian(signature, time);
        Ed25519.Sign([1, .. new byte[31]], message, signature.AsSpan(8));
        SignedNote note = _log.Sign(Text).With(new NoteSignature(_witness.Key.Name, _witness.Key.KeyId, signature));
        Assert.Equal(CheckResult.Fail, Cosignature.Verify(Reparse(note), _witness.Key, out long read));
        Assert.Equal(0, read);
        if (time <= long.MaxValue)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => _witness.Cosign(Text, (long)time));
        }
    }

    [Fact]
    public void Every_length_but_the_right_one_and_every_flipped_bit_fail()
    {
        NoteSignature good = _witness.Cosign(Text, Time);
        for (int length = 1; length <= 100; length++)
        {
            byte[] bytes = good.Signature;
            Array.Resize(ref bytes, length);
            CheckResult expected = length == good.Signature.Length ? CheckResult.Pass : CheckResult.Fail;
            Assert.Equal(expected, Cosignature.Verify(_log.Sign(Text).With(good with { Signature = bytes }), _witness.Key, out _));
        }

        for (int bit = 0; bit < 8 * good.Signature.Length; bit++)
        {
            byte[] bytes = [.. good.Signature];
            bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
            Assert.Equal(CheckResult.Fail, Cosignature.Verify(_log.Sign(Text).With(good with { Signature = bytes }), _witness.Key, out _));
        }
    }

    [Fact]
    public void Log_signature_is_no_cosignature_and_the_other_way_round()
    {
        // The same seed under the same name, as log and as witness: key ids and messages differ.
        using NoteSigner log = new("same.example", [1, .. new byte[31]]);
        using CosignatureSigner witness = new("same.example", [1, .. new byte[31]]);
        NoteSignature asLog = log.Sign(Text).Signatures[0] with { KeyId = witness.Key.KeyId };
        Assert.Equal(CheckResult.Fail, Cosignature.Verify(_log.Sign(Text).With(asLog), witness.Key, out _));
        NoteSignature asWitness = witness.Cosign(Text, Time) with { KeyId = log.VerifierKey.KeyId };
        Assert.Equal(NoteErrors.BadSignature, _log.Sign(Text).With(asWitness).Verify([log.VerifierKey]).Error);
    }

    [Fact]
    public void Texts_that_cannot_stand_in_a_note_are_programming_errors()
    {
        Assert.Throws<ArgumentException>(() => _witness.Cosign("no line feed", Time));
        Assert.Throws<ArgumentException>(() => new CosignatureSigner("a b", new byte[32]));
        Assert.Throws<ArgumentException>(() => new CosignatureSigner("a", new byte[31]));
        SignedNote full = _log.Sign(Text);
        while (full.Signatures.Count < SignedNote.MaxSignatures)
        {
            full = full.With(full.Signatures[0]);
        }

        Assert.Throws<InvalidOperationException>(() => full.With(full.Signatures[0]));
        CosignatureSigner disposed = new("a", new byte[32]);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.Cosign(Text, Time));
    }

    [Fact]
    public void Random_texts_times_and_names_verify_under_their_own_key_only()
    {
        Random random = new(11);
        for (int i = 0; i < 200; i++)
        {
            byte[] seed = new byte[32];
            random.NextBytes(seed);
            using CosignatureSigner signer = new($"w{random.Next(3)}.example", seed);
            string text = new Checkpoint($"log/{random.Next()}", (ulong)random.NextInt64(), Digest32.Sha256(seed)).Format();
            long time = 1 + random.NextInt64(Cosignature.MaxTime);
            SignedNote note = Reparse(_log.Sign(text).With(signer.Cosign(text, time)));
            Assert.Equal(CheckResult.Pass, Cosignature.Verify(note, signer.Key, out long read));
            Assert.Equal(time, read);
            Assert.Equal(CheckResult.NotEvaluated, Cosignature.Verify(note, _witness.Key, out _));
            Assert.Equal(signer.Key, CosignatureKey.TryParse(signer.Key.ToString(), out _));
        }
    }

    [Fact]
    public void Mutated_cosigned_notes_never_pass_with_another_text_or_time()
    {
        SignedNote good = _log.Sign(Text).With(_witness.Cosign(Text, Time));
        FuzzSummary summary = FuzzRun.Run(
            [good.Encode(), good.With(_other.Cosign(Text, Time)).Encode()],
            input =>
            {
                if (SignedNote.TryParse(input, out _) is not { } note
                    || Cosignature.Verify(note, _witness.Key, out long time) != CheckResult.Pass)
                {
                    return false;
                }

                return note.Text == Text && time == Time
                    ? true
                    : throw new InvalidOperationException("A cosignature that the witness never made.");
            }, oneOf: 4);
        Assert.True(summary.Accepted > 25 && summary.Refused > 2_500, summary.ToString());
    }

    [Fact]
    public void Mutated_keys_and_lines_are_read_in_their_one_form_or_refused()
    {
        FuzzSummary keys = FuzzRun.Run(
            [Encoding.UTF8.GetBytes(_witness.Key.ToString())],
            input =>
            {
                string text = Encoding.UTF8.GetString(input);
                CosignatureKey? key = CosignatureKey.TryParse(text, out string? error);
                return (key is null) != (error is not null)
                    || (key is not null && !string.Equals(key.ToString(), text, StringComparison.OrdinalIgnoreCase))
                    ? throw new InvalidOperationException("Not the one form of what was read.")
                    : key is not null;
            });
        Assert.True(keys.Accepted > 0 && keys.Refused > 10_000, keys.ToString());
        string line = _witness.Cosign(Text, Time).ToLine();
        FuzzSummary lines = FuzzRun.Run(
            [Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(line + _other.Cosign(Text, Time).ToLine())],
            input =>
            {
                IReadOnlyList<NoteSignature>? read = NoteSignature.TryParseLines(input, out string? error);
                return (read is null) != (error is not null)
                    || (read is not null && string.Concat(read.Select(one => one.ToLine())) != Encoding.UTF8.GetString(input))
                    ? throw new InvalidOperationException("Not the one form of what was read.")
                    : read is not null;
            });
        Assert.True(lines.Accepted > 100 && lines.Refused > 10_000, lines.ToString());
    }

    [OracleFact(Oracle.GoSumdb)]
    public void Go_and_we_verify_each_others_cosignatures()
    {
        byte[] seed = [9, .. new byte[31]];
        string[] notes = [.. Enumerable.Range(0, 20).Select(i =>
            Encoding.UTF8.GetString(_log.Sign(new Checkpoint("log.example/1", (ulong)i, Digest32.Sha256([(byte)i])).Format()).Encode()))];
        byte[][] ours = [.. notes.Select((note, i) =>
        {
            SignedNote read = SignedNote.TryParse(Encoding.UTF8.GetBytes(note), out _)!;
            return read.With(_witness.Cosign(read.Text, Time + i)).Encode();
        })];
        Mutator mutator = new(3, ours);
        byte[][] all = [.. ours, .. Enumerable.Range(0, 3000).Select(_ => mutator.Next()).Where(note => System.Text.Unicode.Utf8.IsValid(note))];
        string reply = Oracles.RunGo("cosignature", JsonSerializer.Serialize(new
        {
            Name = "go-witness.example",
            Seed = seed,
            Time,
            LogKey = _log.VerifierKey.ToString(),
            Notes = notes,
            Key = _witness.Key.ToString(),
            Cosigned = all.Select(note => Encoding.UTF8.GetString(note)),
        }));
        GoOutput output = JsonSerializer.Deserialize<GoOutput>(reply)!;

        // Go cosigned: ours verifies, and would have made the same bytes.
        CosignatureKey key = CosignatureKey.TryParse(output.Key, out string? error)!;
        Assert.Null(error);
        using CosignatureSigner same = new("go-witness.example", seed);
        Assert.Equal(same.Key, key);
        for (int i = 0; i < notes.Length; i++)
        {
            SignedNote cosigned = SignedNote.TryParse(Encoding.UTF8.GetBytes(output.Cosigned[i]), out _)!;
            Assert.Equal(CheckResult.Pass, Cosignature.Verify(cosigned, key, out long time));
            Assert.Equal(Time, time);
            SignedNote read = SignedNote.TryParse(Encoding.UTF8.GetBytes(notes[i]), out _)!;
            Assert.Equal(read.With(same.Cosign(read.Text, Time)).Encode(), cosigned.Encode());
        }

        // Ours cosigned: Go verifies. And what is mutated, nobody takes for the witness's unless both do.
        for (int i = 0; i < ours.Length; i++)
        {
            Assert.Equal("log.example/1,witness.example", output.Opened[i]);
            Assert.Equal((ulong)(Time + i), output.Times[i]);
        }

        for (int i = ours.Length; i < all.Length; i++)
        {
            bool weTakeIt = SignedNote.TryParse(all[i], out _) is { } note
                && note.Verify([_log.VerifierKey]).Error is null
                && Cosignature.Verify(note, _witness.Key, out _) == CheckResult.Pass;
            Assert.True(!weTakeIt || output.Opened[i].Contains("witness.example", StringComparison.Ordinal), Encoding.UTF8.GetString(all[i]));
        }
    }

    private static SignedNote Reparse(SignedNote note)
    {
        SignedNote? parsed = SignedNote.TryParse(note.Encode(), out string? error);
        Assert.Null(error);
        return parsed!;
    }

    private sealed record GoOutput(string Key, string[] Cosigned, string[] Opened, ulong[] Times);
}
