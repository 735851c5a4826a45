using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    /// <summary>Rotation and revocation: what each key set's receipts are worth, before and after.</summary>
    private void AddKeys()
    {
        using World second = new("second", logName: "node");
        using World third = new("third", logName: "node");
        using World elsewhere = new("elsewhere", "elsewhere.example/assay", logName: "node");
        using World otherLog = new("other-log");
        World first = _world;
        string trustSecond = TrustFile.LinesFor(second.KeySet);
        DateTimeOffset before = World.Now.AddMinutes(-1), after = World.Now.AddMinutes(1);

        KeyLog Rotated() => new KeyLog(first).Rotate(5, first, second);
        KeyLog Twice() => Rotated().Rotate(8, second, third);
        VectorCase TrustNext(VectorCase v) => v with { Trust = trustSecond };

        Met("keys-old-receipt", "Logged before the rotation; the trust file names the first key set.", Rotated().Receipt(first, 3, 0, 5).Encode());
        Met("keys-old-receipt-new-trust", "The same, where the trust file names only the second.", Rotated().Receipt(first, 3, 0, 5).Encode(), TrustNext);
        Met("keys-new-receipt", "Logged after the rotation; the trust file names the first key set.", Rotated().Receipt(second, 7, 0, 5).Encode());
        Met("keys-new-receipt-new-trust", "The same, where the trust file names the second, without the history.", Rotated().Receipt(second, 7).Encode(), TrustNext);
        Met("keys-two-rotations", "The third key set, trusted by the first.", Twice().Receipt(third, 10, 0, 5, 8).Encode());
        Met("keys-middle-receipt", "The second of three key sets, in its own time.", Twice().Receipt(second, 6, 0, 5, 8).Encode());
        Met("keys-history-of-one", "A history with the first key set only.", new KeyLog(first).Receipt(first, 3, 0).Encode());
        Met("keys-revoked-later", "Revoked after this receipt was issued and logged.", Rotated().Revoke(9, first, after, second).Receipt(first, 3, 0, 5, 9).Encode());
        Met("keys-other-set-revoked", "Another key set of the node was revoked.", Rotated().Revoke(9, first, before, second).Receipt(second, 7, 0, 5, 9).Encode());
        Met("keys-first-use", "The history is followed on first use too.", Rotated().Receipt(second, 7, 0, 5).Encode(), static v => v with { Trust = null, FirstUse = true });

        string[] validity = [CheckCodes.KeySetValidity];
        string[] history = [CheckCodes.KeySetHistory];
        void Late(string name, string note, BundleParts parts, Func<VectorCase, VectorCase>? with = null) => Untrusted(name, note, validity, parts.Encode(), with);
        void Broken(string name, string note, BundleParts parts, params string[] failed) => Untrusted(name, note, failed.Length == 0 ? history : failed, parts.Encode());

        Late("keys-retired-backdated", "Signed with the retired key and dated before the rotation, but logged after it.", Rotated().Receipt(first, 7, 0, 5));
        Late("keys-retired-two-back", "The same, two rotations later.", Twice().Receipt(first, 10, 0, 5, 8));
        Late("keys-middle-retired", "The second of three, after its time.", Twice().Receipt(second, 10, 0, 5, 8), TrustNext);
        Late("keys-used-too-early", "Signed with the next key set before the log shows the rotation.", Rotated().Receipt(second, 3, 0, 5));
        Late("keys-revoked-in-time", "Issued after the moment from which the keys are revoked.", Rotated().Revoke(9, first, before, second).Receipt(first, 3, 0, 5, 9));
        Late("keys-revoked-by-itself", "The same; the revoked keys signed their own revocation.", new KeyLog(first).Revoke(9, first, before, first).Receipt(first, 3, 0, 9));
        Late("keys-revoked-in-place", "Dated before the revocation's moment, but logged after the revocation.", new KeyLog(first).Revoke(5, first, after, first).Receipt(first, 7, 0, 5));
        Late("keys-revoked-twice", "Of two revocations the earlier moment counts.", Rotated().Revoke(8, first, after, second).Revoke(9, first, before, second).Receipt(first, 3, 0, 5, 8, 9));
        Late("keys-revoked-clock-behind", "A verifier's clock that is an hour late makes no revoked key good.", Rotated().Revoke(9, first, before, second).Receipt(first, 3, 0, 5, 9), static v => v with { Now = World.Now.AddHours(-1) });
        Late("keys-retired-clock-ahead", "Nor does one that is an hour early make a retired one good.", Rotated().Receipt(first, 7, 0, 5), static v => v with { Now = World.Now.AddHours(1) });

        Broken("keys-history-without-first", "The history doesn't begin with entry 0.", Rotated().Receipt(first, 3, 5));
        Broken("keys-history-gap", "A rotation is left out.", Twice().Receipt(third, 10, 0, 8), CheckCodes.KeySetTrusted, CheckCodes.KeySetHistory);
        Broken("keys-history-of-another", "The receipt's key set isn't in it.", Rotated().Receipt(third, 7, 0, 5), CheckCodes.KeySetTrusted, CheckCodes.KeySetHistory);
        Broken("keys-history-ordinary-entry", "An entry of another kind among them.", new KeyLog(first).Put(5, new LogEntry.ForReceipt(Digest32.Sha256("r"u8), VerificationLevel.Signed, "1e1")).Receipt(first, 3, 0, 5));
        Broken("keys-history-second-first", "A key set that isn't entry 0.", new KeyLog(first).Put(5, new LogEntry.ForKeySet(second.KeySet.Bytes)).Receipt(first, 3, 0, 5));
        Broken("keys-history-path-altered", "A bit of a path.", Rotated().Receipt(first, 3, 0, 5).Also(static p => p.KeyEvents[1].Path[0] = Forge.Flip(p.KeyEvents[1].Path[0], 7)));
        Broken("keys-history-index-altered", "A rotation moved to a later place.", Rotated().Receipt(first, 3, 0, 5).Also(static p => p.KeyEvents[1] = p.KeyEvents[1] with { Index = 9 }));
        Broken("keys-rotation-from-another", "A rotation that leaves another key set.", new KeyLog(first).Rotate(5, third, second).Receipt(first, 3, 0, 5));
        Broken("keys-rotation-other-origin", "A rotation to another origin.", new KeyLog(first).PutBytes(5, Forge.Rotation(first, elsewhere, first.Signer, elsewhere.Signer)).Receipt(first, 3, 0, 5));
        Broken("keys-rotation-other-log-key", "A rotation to another log key.", new KeyLog(first).PutBytes(5, Forge.Rotation(first, otherLog, first.Signer, otherLog.Signer)).Receipt(first, 3, 0, 5));
        Broken("keys-rotation-not-by-old", "Only the new key signed.", new KeyLog(first).PutBytes(5, Forge.Rotation(first, second, second.Signer, second.Signer)).Receipt(first, 3, 0, 5));
        Broken("keys-rotation-not-by-new", "Only the old key signed.", new KeyLog(first).PutBytes(5, Forge.Rotation(first, second, first.Signer, first.Signer)).Receipt(first, 3, 0, 5));
        Broken("keys-rotation-by-revoked", "A rotation by a key set that was revoked before.", new KeyLog(first).Revoke(4, first, after, first).Rotate(5, first, second).Receipt(second, 7, 0, 4, 5), CheckCodes.KeySetTrusted, CheckCodes.KeySetHistory);
        Broken("keys-rotation-back", "A key that comes back.", Rotated().Rotate(8, second, first).Receipt(first, 3, 0, 5, 8));
        Broken("keys-revoked-by-earlier", "An old key revokes the one that came after it.", Rotated().Revoke(9, second, before, first).Receipt(second, 7, 0, 5, 9), CheckCodes.KeySetTrusted, CheckCodes.KeySetHistory);
        Broken("keys-revoked-by-stranger", "Somebody else revokes.", Rotated().Revoke(9, first, before, third).Receipt(first, 3, 0, 5, 9));
        Broken("keys-revocation-of-stranger", "The revocation is of a key set that the node never had.", new KeyLog(first).Revoke(5, third, before, first).Receipt(first, 3, 0, 5));

        Untrusted("keys-hijack", "A stranger's log, with a rotation that the trusted key never signed.", [CheckCodes.KeySetTrusted, CheckCodes.KeySetHistory, CheckCodes.LogTrusted],
            new KeyLog(otherLog).Put(0, new LogEntry.ForKeySet(first.KeySet.Bytes)).PutBytes(5, Forge.Rotation(first, otherLog, otherLog.Signer, otherLog.Signer)).Receipt(otherLog, 7, 0, 5).Encode());
        Unreadable("keys-events-empty-entry", "A key event whose entry is empty.", Rotated().Receipt(first, 3, 0, 5).Also(static p => p.KeyEvents[1] = p.KeyEvents[1] with { Entry = [] }).Encode());
        Unreadable("keys-events-repeated", "A key event twice.", Rotated().Receipt(first, 3, 0, 5, 5).Encode());
        Unreadable("keys-events-too-many", "More key events than a bundle may have.", new KeyLog(first, 80).Receipt(first, 70, [.. Enumerable.Range(0, 65)]).Encode());
        Unreadable("keys-events-without-proof", "Key events without a log proof.", Rotated().Receipt(first, 3, 0, 5).Also(static p => p.HasLogProof = false).Encode());
        Unreadable("keys-rotation-two-payloads", "A rotation whose signatures are over different payloads.", new KeyLog(first).PutBytes(5, Forge.MixedRotation(first, second, third)).Receipt(first, 3, 0, 5).Encode());
        Unreadable("keys-revocation-long-reason", "A revocation with a reason of 201 letters.", new KeyLog(first).PutBytes(5, Forge.Revocation(first, 1, new string('x', 201))).Receipt(first, 3, 0, 5).Encode());
        Unreadable("keys-revocation-time", "A revocation from after the year 9999.", new KeyLog(first).PutBytes(5, Forge.Revocation(first, ulong.MaxValue, "late")).Receipt(first, 3, 0, 5).Encode());
    }
}
