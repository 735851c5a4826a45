using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>Whoever sends the other copy may want to take something away.</summary>
public sealed class BundleRefreshTests : IDisposable
{
    private readonly World _world = new();
    private readonly Peer _peer = new("p1");

    public void Dispose() => _world.Dispose();

    [Fact]
    public void WhatCameLater_IsTaken_AndNothingElse()
    {
        Bundle whole = Whole();
        AttachedEndorsement item = _peer.Endorse(whole);
        Bundle mine = whole.WithLogProof(null).Redact(["model"], out _, out _)!;
        Bundle merged = BundleRefresh.Merge(mine, whole.WithEndorsements([item]))!;
        Assert.NotNull(merged.LogProof);
        Assert.Null(Assert.Single(merged.Endorsements).Opening);
        Assert.Equal((mine.Claims.RedactedCount, mine.Output.RedactedCount, 0), (merged.Claims.RedactedCount, merged.Output.RedactedCount, merged.Attachments.Count));

        merged = BundleRefresh.Merge(whole.WithEndorsements([item.WithoutOpening()]), whole.WithEndorsements([item.WithLogProof(Logged(item))]))!;
        Assert.NotNull(Assert.Single(merged.Endorsements).Opening);
        Assert.NotNull(merged.Endorsements[0].LogProof);
        Assert.Null(BundleRefresh.Merge(whole, Bundle.TryDecode(_world.Parts(batch: 3, index: 1).Encode(), out _)!));
    }

    [Fact]
    public void ARefutationThatIsHere_Stays()
    {
        Bundle whole = Whole();
        AttachedEndorsement refuting = _peer.Endorse(whole, [World.Outputs[0], World.Tensor("class", [1], 2f)]);
        Bundle mine = whole.WithEndorsements([refuting]);
        AttachedEndorsement[] junk = [.. Enumerable.Range(0, 40).Select(i => Junk(new Peer($"j{i}").Endorse(whole)))];
        foreach (AttachedEndorsement[] theirs in new AttachedEndorsement[][]
        {
            [],
            [AttachedEndorsement.Create(refuting.Endorsement, null, null, null)],
            [AttachedEndorsement.Create(refuting.Endorsement, "other"u8.ToArray(), new byte[16], whole.LogProof)],
            [.. junk.Take(32)],
            [.. Enumerable.Range(0, 40).Select(i => new Peer($"s{i}").Endorse(whole)).Take(32)],
        })
        {
            Bundle merged = BundleRefresh.Merge(mine, whole.WithEndorsements(theirs))!;
            Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = merged.Encode(), Now = World.Now, Trust = World.ParseTrust(_world.TrustText + _peer.TrustLine) });
            Assert.Equal((Outcome.Untrusted, CheckCodes.ReplayPeers), (verdict.Outcome, verdict.Reason));
        }

        Assert.Empty(BundleRefresh.Add(whole, junk).Endorsements);
    }

    [Fact]
    public void AProofThatDoesNotHold_OrKnowsLess_IsNotTaken()
    {
        Bundle whole = Whole();
        BundleParts spoilt = _world.Parts().Also(static p => p.LogIndex++);
        Assert.Null(BundleRefresh.Merge(whole.WithLogProof(null), Bundle.TryDecode(spoilt.Encode(), out _)!)!.LogProof);
        Assert.Equal(whole.Encode(), BundleRefresh.Merge(whole, whole.WithLogProof(null))!.Encode());

        // A node that would rather not show a revocation that is known here.
        KeyLog log = new KeyLog(_world).Revoke(9, _world, World.Now.AddMinutes(-1), _world);
        Bundle revoked = Bundle.TryDecode(log.Receipt(_world, 3, 0, 9).Encode(), out _)!;
        Bundle silent = Bundle.TryDecode(log.Receipt(_world, 3, 0).Encode(), out _)!;
        Assert.Equal(2, BundleRefresh.Merge(revoked, silent)!.KeyEvents.Count);
        Assert.Equal(2, BundleRefresh.Merge(silent, revoked)!.KeyEvents.Count);
    }

    private Bundle Whole() => Bundle.TryDecode(_world.Parts().Encode(), out _)!;

    private LogProof Logged(AttachedEndorsement item) => _world.LogProofOf(LogEntry.ForEndorsement.Of(item.Endorsement).Encode(), 9, 6);

    private static AttachedEndorsement Junk(AttachedEndorsement item)
    {
        CoseSign1 cose = CoseSign1.TryDecode(item.Endorsement.Bytes.Span, out _)!;
        byte[] unsigned = (cose with { Signature = Digest32.Sha256(cose.Signature).ToArray().Concat(new byte[32]).ToArray() }).Encode();
        return AttachedEndorsement.Create(Endorsement.TryDecode(unsigned, out _)!, item.Evidence, null, null);
    }
}
