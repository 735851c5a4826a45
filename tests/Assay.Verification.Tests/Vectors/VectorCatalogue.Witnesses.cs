using System.Text;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    // The world's receipts are issued ten seconds before its now.
    private static DateTimeOffset Seen => World.Now.AddSeconds(-8);

    private readonly CosignatureSigner[] _witnesses = [.. Enumerable.Range(1, 3).Select(static i => new CosignatureSigner(
        $"witness{i}.example", Digest32.Sha256(Encoding.UTF8.GetBytes($"witness {i}")).Bytes))];

    private string WitnessLines => string.Concat(_witnesses.Select(static (w, i) => $"witness w{i + 1} {w.Key}\n"));

    private void AddWitnesses()
    {
        CosignatureSigner w1 = _witnesses[0], w2 = _witnesses[1], w3 = _witnesses[2];
        using CosignatureSigner stranger = new("stranger.example", Digest32.Sha256("stranger"u8).Bytes);
        string[] witnessed = [CheckCodes.LogWitnessed];
        byte[] Cosigned(params (CosignatureSigner Witness, DateTimeOffset At)[] by) => CosignedParts(_world.Parts(), by).Encode();
        byte[] Lines(Func<SignedNote, SignedNote> change) => Relined(_world.Parts(), change).Encode();
        NoteSignature Line(SignedNote note, CosignatureSigner by, DateTimeOffset? at = null) => by.Cosign(note.Text, (at ?? Seen).ToUnixTimeSeconds());
        NoteSignature Spoilt(SignedNote note, CosignatureSigner by) => Line(note, by) with { Signature = Forge.Flip(Line(note, by).Signature, -1) };

        Met("witness-one", "Cosigned by the one witness that the trust file asks for.", Cosigned((w1, Seen)), Quorum("w1"));
        Met("witness-two-of-three", "Two of three witnesses; the time is that of the second.", Cosigned((w3, Seen.AddSeconds(5)), (w1, Seen)), TwoOfThree());
        Met("witness-three-of-three", "All three, of whom two are enough; the time is that of the second.", Cosigned((w1, Seen.AddSeconds(7)), (w2, Seen.AddSeconds(5)), (w3, Seen)), TwoOfThree());
        Met("witness-nested-groups", "One of two, and the third.", Cosigned((w2, Seen), (w3, Seen.AddSeconds(3))), Quorum("both", "group one any w1 w2\ngroup both all one w3\n"));
        Met("witness-and-stranger", "A witness that the trust file doesn't name says nothing.", Cosigned((stranger, Seen), (w1, Seen)), Quorum("w1"));
        Met("witness-quorum-none", "Cosigned, but no quorum is asked for: no time follows.", Cosigned((w1, Seen)), Quorum("none"));
        Met("witness-cosigned-twice", "One witness, two cosignatures: the earlier counts.", Cosigned((w1, Seen.AddHours(1)), (w1, Seen)), Quorum("w1"));
        Met("witness-bad-line-before", "A bad line in the witness's name before its true one, by whoever handed on the receipt.", Lines(n => n.With(Spoilt(n, w1)).With(Line(n, w1))), Quorum("w1"));
        Met("witness-bad-line-behind", "The same behind it.", Lines(n => n.With(Line(n, w1)).With(Spoilt(n, w1))), Quorum("w1"));
        Met("witness-bad-line-of-third", "A bad line in the name of a third, where two are enough: it is named.", Lines(n => n.With(Line(n, w1)).With(Spoilt(n, w2)).With(Line(n, w3))), TwoOfThree());
        Met("witness-clock-behind-of-one", "One of three witnesses has a clock an hour late; the other two are enough.", Cosigned((w1, Seen.AddHours(-1)), (w2, Seen), (w3, Seen)), TwoOfThree());
        Met("witness-clock-behind-of-one-any", "The same, where any one is enough: a time before the receipt's own doesn't count.", Cosigned((w1, Seen.AddHours(-1)), (w2, Seen)), Quorum("g", "group g any w1 w2 w3\n"));
        Met("witness-clock-ahead-of-one", "One of three witnesses has a clock an hour early: the time is the others'.", Cosigned((w1, Seen.AddHours(1)), (w2, Seen), (w3, Seen)), TwoOfThree());
        Met("witness-just-not-too-early", "Cosigned five minutes before the receipt's time, by the witness's clock.", Cosigned((w1, World.Now.AddSeconds(-310))), Quorum("w1"));
        Met("witness-verifier-clock-behind", "The verifier's clock is an hour late: witnesses have seen the receipt, so it isn't from the future.", Cosigned((w1, Seen)), v => Quorum("w1")(v) with { Now = World.Now.AddHours(-1) });
        Met("witness-verifier-clock-years-behind", "The same by years.", Cosigned((w1, Seen)), v => Quorum("w1")(v) with { Now = World.Now.AddYears(-5) });
        Met("witness-verifier-clock-ahead", "The verifier's clock is an hour early.", Cosigned((w1, Seen)), v => Quorum("w1")(v) with { Now = World.Now.AddHours(1) });
        NotMet("witness-not-logged-yet", "Witnesses are asked for, and there is no log proof.", _world.Parts().Also(static p => p.HasLogProof = false).Encode(), Quorum("w1"));

        Untrusted("witness-none", "The trust file asks for a witness, and none cosigned.", witnessed, _world.Parts().Encode(), Quorum("w1"));
        Untrusted("witness-one-of-two", "Two are asked for, one cosigned.", witnessed, Cosigned((w1, Seen)), TwoOfThree());
        Untrusted("witness-one-twice", "Two are asked for, one cosigned twice.", witnessed, Cosigned((w1, Seen), (w1, Seen.AddSeconds(1))), TwoOfThree());
        Untrusted("witness-other", "Another witness than the quorum's.", witnessed, Cosigned((w2, Seen)), Quorum("w1"));
        Untrusted("witness-stranger", "A witness that the trust file doesn't name.", witnessed, Cosigned((stranger, Seen)), Quorum("w1"));
        Untrusted("witness-nested-groups-half", "Both of one group, none of the other.", witnessed, Cosigned((w1, Seen), (w2, Seen)), Quorum("both", "group one any w1 w2\ngroup both all one w3\n"));
        Untrusted("witness-signature-altered", "A bit of the cosignature.", witnessed, Lines(n => n.With(Spoilt(n, w1))), Quorum("w1"));
        Untrusted("witness-time-altered", "The cosignature's time, changed afterwards.", witnessed, Lines(n => n.With(Line(n, w1) with { Signature = Forge.Flip(Line(n, w1).Signature, 7) })), Quorum("w1"));
        Untrusted("witness-of-another-checkpoint", "A true cosignature, of another checkpoint.", witnessed, Lines(n => n.With(w1.Cosign(n.Text.Replace("\n7\n", "\n6\n", StringComparison.Ordinal), Seen.ToUnixTimeSeconds()))), Quorum("w1"));
        Untrusted("witness-line-short", "A cosignature without its end.", witnessed, Lines(n => n.With(Line(n, w1) with { Signature = Line(n, w1).Signature[..71] })), Quorum("w1"));
        Untrusted("witness-time-zero", "A cosignature of no time.", witnessed, Lines(n => n.With(Line(n, w1) with { Signature = [.. new byte[8], .. Line(n, w1).Signature[8..]] })), Quorum("w1"));
        Untrusted("witness-other-key-same-name", "A line with the witness's name and another key's id is no line of its.", witnessed, Lines(n => n.With(Line(n, w1) with { KeyId = w1.Key.KeyId ^ 1 })), Quorum("w1"));
        Untrusted("witness-clock-behind", "The only witness has a clock an hour late.", witnessed, Cosigned((w1, Seen.AddHours(-1))), Quorum("w1"));
        Untrusted("witness-just-too-early", "Cosigned five minutes and a second before the receipt's time.", witnessed, Cosigned((w1, World.Now.AddSeconds(-311))), Quorum("w1"));
        BundleParts postdated = CosignedParts(_world.Parts(change: static s => s with { IssuedAt = World.Now.AddHours(1).ToUnixTimeMilliseconds() }), (w1, Seen));
        Untrusted("witness-postdated", "A receipt dated an hour after witnesses saw it.", [CheckCodes.KeySetValidity, CheckCodes.LogWitnessed], postdated.Encode(), Quorum("w1"));
        Untrusted("witness-postdated-verifier-clock-ahead", "A verifier's clock that is hours early doesn't make it good.", witnessed, postdated.Encode(), v => Quorum("w1")(v) with { Now = World.Now.AddHours(2) });
        Untrusted("witness-checkpoint-bad", "Cosigned, but the log's own signature is bad.", [CheckCodes.LogCheckpoint], Lines(n => SignedNote.TryParse(SignatureFlipped(_world.Parts().Checkpoint), out _)!.With(Line(n, w1))), Quorum("w1"));
        Untrusted("witness-not-in-log", "Cosigned, but the receipt isn't in that log: no time follows.", [CheckCodes.LogInclusion], CosignedParts(_world.Parts(), (w1, Seen)).Also(static p => p.LogIndex = 5).Encode(), Quorum("w1"));
    }

    /// <summary>What the trust file knows about the end of keys.</summary>
    private void AddEnds()
    {
        CosignatureSigner w1 = _witnesses[0];
        byte[] seen = CosignedParts(_world.Parts(), (w1, Seen)).Encode();
        string[] validity = [CheckCodes.KeySetValidity];
        Func<VectorCase, VectorCase> Ended(string kind, DateTimeOffset at, string quorum = "w1", TimeSpan clock = default) => v => Quorum(quorum)(v) is var asked
            ? asked with { Trust = asked.Trust + $"{kind} {_world.KeySet.Digest} {at:yyyy-MM-dd'T'HH:mm:ss'Z'}\n", Now = World.Now + clock } : v;

        Met("end-revoked-later", "Revoked one second after witnesses had seen the receipt.", seen, Ended("revoked", Seen.AddSeconds(1)));
        Met("end-retired-later", "The same, retired.", seen, Ended("retired", Seen.AddSeconds(1)));
        Met("end-retired-later-clock-ahead", "However late the verifier looks.", seen, Ended("retired", Seen.AddSeconds(1), clock: TimeSpan.FromDays(300)));
        Met("end-of-other-keys", "Another node's keys were revoked.", seen, v => Quorum("w1")(v) with { Trust = Quorum("w1")(v).Trust + $"revoked {_other.KeySet.Digest} 2026-01-01T00:00:00Z\n" });
        Untrusted("end-revoked-at-once", "Revoked in the second in which witnesses saw the receipt.", validity, seen, Ended("revoked", Seen));
        Untrusted("end-retired-at-once", "The same, retired.", validity, seen, Ended("retired", Seen));
        Untrusted("end-revoked-before", "Revoked before; a stolen key can give any date.", validity, CosignedParts(_world.Parts(change: static s => s with { IssuedAt = World.Now.AddDays(-20).ToUnixTimeMilliseconds() }), (w1, Seen)).Encode(), Ended("revoked", Seen.AddDays(-1)));
        Untrusted("end-revoked-clock-behind", "A verifier's clock before the revocation doesn't make it good.", validity, seen, Ended("revoked", Seen.AddMinutes(-30), clock: TimeSpan.FromHours(-1)));
        Untrusted("end-revoked-in-future-unwitnessed", "Revoked from a future moment on, without witnesses: nobody knows when the receipt was accepted.", validity, seen, Ended("revoked", World.Now.AddDays(1), "none"));
        Untrusted("end-retired-not-logged", "Retired, and no log proof.", validity, _world.Parts().Also(static p => p.HasLogProof = false).Encode(), Ended("retired", World.Now.AddDays(1)));
        Untrusted("end-retired-quorum-unmet", "Retired later, but too few witnesses.", [CheckCodes.KeySetValidity, CheckCodes.LogWitnessed], _world.Parts().Encode(), Ended("retired", World.Now.AddDays(1)));
        Untrusted("end-retired-not-in-log", "Retired later and cosigned, but the receipt isn't in that log.", [CheckCodes.KeySetValidity, CheckCodes.LogInclusion], CosignedParts(_world.Parts(), (w1, Seen)).Also(static p => p.LogIndex = 5).Encode(), Ended("retired", World.Now.AddDays(1)));
        Untrusted("end-revoked-and-retired", "Both: revoked is what is told.", validity, seen, v => Ended("retired", Seen)(v) is var both ? both with { Trust = both.Trust + $"revoked {_world.KeySet.Digest} 2026-01-01T00:00:00Z\n" } : v);
        Untrusted("end-revoked-first-use", "A trust file that knows only of a revocation names nobody.", [CheckCodes.KeySetTrusted, CheckCodes.KeySetValidity, CheckCodes.LogTrusted], _world.Parts().Encode(), v => v with { Trust = $"revoked {_world.KeySet.Digest} 2026-01-01T00:00:00Z\n", FirstUse = true });

        using World next = new("next", logName: "node");
        byte[] rotated = new KeyLog(_world).Rotate(5, _world, next).Receipt(next, 7, 0, 5).Encode();
        VectorCase Known(VectorCase v, string kind) => v with { Trust = v.Trust + $"{kind} {_world.KeySet.Digest} 2026-11-21T11:00:00Z\n" };
        Met("end-retired-vouches", "The first keys were retired in good order; the next ones are tied to them.", rotated, v => Known(v, "retired"));
        Untrusted("end-revoked-does-not-vouch", "The first keys were revoked: whoever has them can tie any keys to them.", [CheckCodes.KeySetTrusted], rotated, v => Known(v, "revoked"));

        // Whoever has the middle one's key can tie any keys to it, on either side.
        using World last = new("last", logName: "node");
        KeyLog twice = new KeyLog(_world).Rotate(5, _world, next).Rotate(8, next, last);
        VectorCase MiddleEnded(VectorCase v, string kind, World named) => v with { Trust = $"{TrustFile.LinesFor(named.KeySet)}{kind} {next.KeySet.Digest} 2026-11-21T11:00:00Z\n" };
        Met("end-retired-between", "The second of three key sets was retired; the third is tied to the first through it.", twice.Receipt(last, 10, 0, 5, 8).Encode(), v => MiddleEnded(v, "retired", _world));
        Untrusted("end-revoked-between", "The second of three key sets was revoked: its thief could have made the third.", [CheckCodes.KeySetTrusted], twice.Receipt(last, 10, 0, 5, 8).Encode(), v => MiddleEnded(v, "revoked", _world));
        Untrusted("end-revoked-between-backwards", "The same, the other way round: its thief could have made the first.", [CheckCodes.KeySetTrusted], twice.Receipt(_world, 3, 0, 5, 8).Encode(), v => MiddleEnded(v, "revoked", last));
    }

    private Func<VectorCase, VectorCase> TwoOfThree() => Quorum("g", "group g 2 w1 w2 w3\n");

    private Func<VectorCase, VectorCase> Quorum(string name, string groups = "") => v => v with { Trust = $"{v.Trust}{WitnessLines}{groups}quorum {name}\n" };

    private static BundleParts CosignedParts(BundleParts parts, params (CosignatureSigner Witness, DateTimeOffset At)[] by) =>
        Relined(parts, note => by.Aggregate(note, static (n, b) => n.With(b.Witness.Cosign(n.Text, b.At.ToUnixTimeSeconds()))));

    private static BundleParts Relined(BundleParts parts, Func<SignedNote, SignedNote> change) =>
        parts.Also(p => p.Checkpoint = change(SignedNote.TryParse(p.Checkpoint, out _)!).Encode());
}
