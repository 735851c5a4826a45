using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private static IReadOnlyList<TensorValue> OtherOutputs => [World.Outputs[0], World.Tensor("class", [1], 2f)];

    /// <summary>Endorsements: what peers say who ran the program again, and what is said in their name.</summary>
    private void AddPeers()
    {
        Peer p1 = new("p1"), p2 = new("p2"), p3 = new("p3"), stranger = new("stranger");
        Bundle sound = Decoded(_world.Parts());
        byte[] With(params AttachedEndorsement[] items) => sound.WithEndorsements(items).Encode();
        Func<VectorCase, VectorCase> Trusting(params Peer[] peers) => v => v with
        {
            Trust = v.Trust + string.Concat(peers.Select(static p => p.TrustLine)), Require = VerificationLevel.Replay,
        };
        string ByPeers(int atLeast, params Peer[] peers) =>
            $$"""{"require":[{"question":"model","by":["replay"],"peers":["{{string.Join("\",\"", peers.Select(static p => p.Thumbprint))}}"],"atLeast":{{atLeast}}},{"question":"computed-right","by":["replay"],"peers":["{{string.Join("\",\"", peers.Select(static p => p.Thumbprint))}}"],"atLeast":{{atLeast}}}]}""";

        AttachedEndorsement honest = p1.Endorse(sound);
        Met("peer-established", "A peer that the trust file names got the same outputs.", With(honest), Trusting(p1));
        Met("peer-logged", "The same, logged under a checkpoint of its own.", With(honest.WithLogProof(LogOf(honest))), Trusting(p1));
        Met("peer-named-by-callers-policy", "The peer is named by the policy that the caller requires.", With(honest), v => v with { Policy = ByPeers(1, p1) });
        Met("peer-named-by-policy-sent", "The peer is named by the policy that the caller sent.", PolicyParts(ByPeers(1, p1), p1).Encode(), v => v with { AskedPolicy = ByPeers(1, p1) });
        Met("peer-two-of-three", "Two of three named peers are enough.", With(p1.Endorse(sound), p3.Endorse(sound)), v => v with { Policy = ByPeers(2, p1, p2, p3) });
        Met("peer-among-others", "What others say takes nothing away: a stranger's refutation, a bad signature, another receipt's.",
            With(honest, stranger.Endorse(sound, OtherOutputs), Resigned(p2.Endorse(sound), static cose => Forge.Flip(cose, -1)), p3.Endorse(sound, p3Evidence(), receipt: Digest32.Sha256("x"u8))), Trusting(p1, p2, p3));
        Met("peer-without-opening", "Without the opening the digests are the peer's word.", With(honest.WithoutOpening()), Trusting(p1));
        Met("peer-outputs-left-out", "Outputs left out: the opening went with them.", Disclosing(_world.Parts().Also(p => p.Endorsements = [honest.Encode()]), "model", "execution"), Trusting(p1));
        Met("peer-not-logged-receipt", "No log proof of the receipt; key 9 follows key 6.", _world.Parts().Also(p => (p.HasLogProof, p.Endorsements) = (false, [honest.Encode()])).Encode(),
            v => Trusting(p1)(v) with { Require = null, Policy = """{"require":[{"question":"computed-right","by":["replay"]}]}""", Outcome = Outcome.PolicyNotMet, Reason = "unmet" });
        Met("peer-signed-level-only", "A stranger's refutation doesn't matter to anybody.", With(stranger.Endorse(sound, OtherOutputs)));

        void Useless(string name, string note, AttachedEndorsement item, Func<VectorCase, VectorCase>? with = null) => NotMet(name, note, With(item), with ?? Trusting(p1));
        ReplayEvidence p1Evidence(IReadOnlyList<TensorValue>? outputs = null, ModelId? model = null, IReadOnlyList<TensorValue>? inputs = null, Digest32? receipt = null, IEs256Signer? signer = null, IReadOnlyList<TensorValue>? node = null) =>
            new(p1.Commit(sound, outputs ?? World.Outputs, model, inputs, receipt, signer), TensorDigest.Of(Peer.Salt, node ?? World.Outputs));
        ReplayEvidence p3Evidence() => new(p3.Commit(sound, World.Outputs), TensorDigest.Of(Peer.Salt, World.Outputs));

        Useless("peer-not-named", "Nobody named this peer: the operator's second name, say.", stranger.Endorse(sound));
        Bundle inFloats = Decoded(_world.Parts(Float()));
        NotMet("peer-of-float", "A peer endorses a float model's answer: nobody can replay that, whoever says so.", inFloats.WithEndorsements([p1.Endorse(inFloats)]).Encode(), Trusting(p1));
        NotMet("peer-named-by-receipt-only", "Only the receipt's own policy names the peer, and the operator signed that.", PolicyParts(ByPeers(1, p1), p1).Encode());
        NotMet("peer-one-of-two", "Two are required, one is there.", With(honest), v => v with { Policy = ByPeers(2, p1, p2) });
        NotMet("peer-one-twice", "One peer twice is one peer.", With(honest, p1.Endorse(sound, p1Evidence() with { Commitment = ReplayCommitment.Create(sound.Envelope.Digest, TensorDigest.Of(Peer.Salt, World.Model), TensorDigest.Of(Peer.Salt, World.Inputs), TensorDigest.Of(Peer.Salt, World.Outputs), World.Now, p1.Signer) })), v => v with { Policy = ByPeers(2, p1, p2) });
        NotMet("peer-other-than-required", "The trust file names it, the caller's policy names another.", With(p2.Endorse(sound)), v => v with { Trust = v.Trust + p2.TrustLine, Policy = ByPeers(1, p1) });
        NotMet("peer-here-is-no-peer", "A replay by peers is required, and there is none.", _world.Parts().Encode(), v => v with { Policy = ByPeers(1, p1) });
        Useless("peer-signature", "A bit of its signature.", Resigned(honest, static cose => Forge.Flip(cose, -1)));
        Useless("peer-signature-of-other", "Signed with another key than the one it names.", Item(ForgedBy(stranger, p1)));
        Useless("peer-other-receipt", "It is about another receipt.", p1.Endorse(sound, p1Evidence(receipt: Digest32.Sha256("x"u8)), receipt: Digest32.Sha256("x"u8)));
        Useless("peer-is-the-node", "The node endorses itself, and the trust file names its key as a peer.", NodeItem(Basis.Replay, EndorsementFinding.Established), v => v with { Trust = v.Trust + $"replayer node {Convert.ToHexStringLower(_world.Signer.PublicKey.ToArray())}\n", Require = VerificationLevel.Replay });
        using (World next = new("next-peer", logName: "node"))
        {
            BundleParts rotated = new KeyLog(_world).Rotate(5, _world, next).Receipt(next, 7, 0, 5);
            Bundle later = Decoded(rotated);
            ReplayCommitment commitment = ReplayCommitment.Create(later.Envelope.Digest, TensorDigest.Of(Peer.Salt, World.Model), TensorDigest.Of(Peer.Salt, World.Inputs), TensorDigest.Of(Peer.Salt, World.Outputs), Peer.At, _world.Signer);
            byte[] evidence = new ReplayEvidence(commitment, TensorDigest.Of(Peer.Salt, World.Outputs)).Encode();
            Endorsement own = Endorsement.Create(later.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Established, Digest32.Sha256(evidence), Peer.At, _world.Signer);
            rotated.Endorsements = [AttachedEndorsement.Create(own, evidence, Peer.Salt, null).Encode()];
            NotMet("peer-is-the-nodes-earlier-key", "The same with the key that the node had before.", rotated.Encode(), v => v with { Trust = v.Trust + $"replayer node {Convert.ToHexStringLower(_world.Signer.PublicKey.ToArray())}\n", Require = VerificationLevel.Replay });
        }

        Useless("peer-without-evidence", "Its evidence is missing.", AttachedEndorsement.Create(honest.Endorsement, null, null, null));
        Useless("peer-other-evidence", "Evidence of another digest.", AttachedEndorsement.Create(honest.Endorsement, p1Evidence(node: OtherOutputs).Encode(), Peer.Salt, null));
        Useless("peer-evidence-unreadable", "Evidence that can't be read.", Item(Endorsement.Create(sound.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Established, Digest32.Sha256("x"u8), Peer.At, p1.Signer), "x"u8.ToArray()));
        Useless("peer-commitment-of-other", "Somebody else's commitment.", p1.Endorse(sound, p1Evidence(signer: stranger.Signer)));
        Useless("peer-commitment-other-receipt", "Its commitment for another receipt.", p1.Endorse(sound, p1Evidence(receipt: Digest32.Sha256("x"u8))));
        Useless("peer-finding-contradicts", "It says established, and its evidence has two outputs.", p1.Endorse(sound, p1Evidence(OtherOutputs), EndorsementFinding.Established));
        Useless("peer-finding-contradicts-other-way", "It says refuted, and its evidence has the same outputs.", p1.Endorse(sound, p1Evidence(), EndorsementFinding.Refuted));
        Useless("peer-other-model", "It ran another program.", p1.Endorse(sound, p1Evidence(model: new ModelId(Digest32.Sha256("other"u8)))));
        Useless("peer-other-inputs", "It ran the program on other inputs.", p1.Endorse(sound, p1Evidence(inputs: [World.Tensor("x", [1, 4], 0f, 0f, 0f, 0f)])));
        Useless("peer-shown-other-outputs", "The node showed it other outputs than the receipt's.", p1.Endorse(sound, p1Evidence(OtherOutputs, node: OtherOutputs)));
        Useless("peer-refutes-other-outputs", "The same, refuted: it says nothing about this receipt's outputs.", p1.Endorse(sound, p1Evidence(World.Outputs, node: OtherOutputs)));
        Useless("peer-opening-wrong", "The opening isn't the digests' salt.", AttachedEndorsement.Create(honest.Endorsement, honest.Evidence, new byte[16], null));
        Useless("peer-by-tee", "No replay, but attested hardware, whose evidence can't be read.", Item(Endorsement.Create(sound.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Tee, EndorsementFinding.Established, Digest32.Sha256("x"u8), Peer.At, p1.Signer), "x"u8.ToArray()));
        Useless("peer-one-question", "A replay answers two questions, and it signed for one.", Item(Endorsement.Create(sound.Envelope.Digest, [Question.ComputedRight], Basis.Replay, EndorsementFinding.Established, Digest32.Sha256(honest.Evidence!.Value.Span), Peer.At, p1.Signer), honest.Evidence));
        Useless("peer-log-path", "Its log proof leads elsewhere.", honest.WithLogProof(Moved(LogOf(honest))));
        Useless("peer-log-other-entry", "Its log proof is of another endorsement.", honest.WithLogProof(LogOf(p2.Endorse(sound))));
        Useless("peer-log-of-receipt", "Its log proof is the receipt's.", honest.WithLogProof(sound.LogProof));
        Useless("peer-log-of-other-node", "It is logged by another node.", honest.WithLogProof(LogOf(honest, _other)));

        Untrusted("peer-refuted", "A named peer got other outputs.", [CheckCodes.ReplayPeers], With(p1.Endorse(sound, OtherOutputs)), Trusting(p1));
        Untrusted("peer-refuted-not-asked", "The same, where nobody asked for a replay.", [CheckCodes.ReplayPeers], With(p1.Endorse(sound, OtherOutputs)), v => v with { Trust = v.Trust + p1.TrustLine });
        Untrusted("peer-refuted-by-one", "Two named peers agree with the node, the third doesn't.", [CheckCodes.ReplayPeers], With(p1.Endorse(sound), p2.Endorse(sound, OtherOutputs), p3.Endorse(sound)), v => v with { Policy = ByPeers(2, p1, p2, p3) });
        Untrusted("peer-refused-inputs", "A named peer's program refuses these inputs.", [CheckCodes.ReplayPeers], With(p1.Endorse(sound, new ReplayEvidence(p1.Commit(sound, null), TensorDigest.Of(Peer.Salt, World.Outputs)))), Trusting(p1));

        NotMet("peer-gave-up", "The node says that evidence didn't come in time.", With(NodeItem(Basis.Replay, EndorsementFinding.Expired)), Trusting(p1));
        Met("peer-gave-up-and-came", "It came later all the same.", With(NodeItem(Basis.Replay, EndorsementFinding.Expired), honest), Trusting(p1));
        Met("peer-gave-up-not-asked", "Nobody asked for a replay.", With(NodeItem(Basis.Replay, EndorsementFinding.Expired)));
        Useless("peer-gives-up", "Only the node gives up.", Item(Endorsement.Create(sound.Envelope.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, EndorsementFinding.Expired, null, Peer.At, p1.Signer)));

        AddPromises(p1);
        AddUnreadableEndorsements(honest, p1);

        AttachedEndorsement NodeItem(Basis by, EndorsementFinding finding)
        {
            ReplayEvidence evidence = p1Evidence(signer: _world.Signer);
            bool expired = finding == EndorsementFinding.Expired;
            return Item(
                Endorsement.Create(sound.Envelope.Digest, Endorsement.QuestionsOfReplay, by, finding, expired ? null : Digest32.Sha256(evidence.Encode()), Peer.At, _world.Signer),
                expired ? null : (ReadOnlyMemory<byte>?)evidence.Encode());
        }

        Endorsement ForgedBy(Peer signer, Peer named) => Rewritten(honest.Endorsement, signer.Signer, payload => payload.Replacing(named.Signer.PublicKey.ToArray(), named.Signer.PublicKey.ToArray()));
    }

    /// <summary>Evidence that was promised by a time.</summary>
    private void AddPromises(Peer peer)
    {
        const string Provisional = """{"require":[{"question":"computed-right","by":["replay"]},{"question":"model","by":["replay"]}],"release":"provisional","deadline":"30s"}""";
        const string Accepting = """{"require":[{"question":"computed-right","accept":"asserted"},{"question":"model","accept":"asserted"}],"release":"provisional","deadline":"30s"}""";
        byte[] promised = PolicyParts(Provisional).Encode();
        NotMet("promise-pending", "Evidence was promised within 30 seconds, of which ten have passed.", promised);
        NotMet("promise-expired", "The same, at the thirtieth second.", promised, static v => v with { Now = World.Now.AddSeconds(20) });
        Met("promise-pending-asserted-is-enough", "While it is awaited, the operator's word is enough for who says so.", promised, static v => v with { Policy = Accepting });
        Met("promise-expired-asserted-is-enough", "And after it was awaited in vain.", promised, static v => v with { Policy = Accepting, Now = World.Now.AddSeconds(20) });
        Met("promise-kept-late", "Evidence that came late is evidence.", PolicyParts(Provisional, peer).Encode(), v => v with { Trust = v.Trust + peer.TrustLine, Now = World.Now.AddHours(1) });
        Met("promise-signed-is-enough", "Who requires less isn't kept waiting.", promised, static v => v with { Require = VerificationLevel.Signed });
    }

    private void AddUnreadableEndorsements(AttachedEndorsement honest, Peer peer)
    {
        void Bad(string name, string note, params byte[][] items) => Unreadable(name, note, _world.Parts().Also(p => p.Endorsements = [.. items]).Encode());
        Bundle sound = Decoded(_world.Parts());
        byte[][] many = [.. Enumerable.Range(0, 33).Select(i => new Peer($"many{i}")).Select(p => p.Endorse(sound)).OrderBy(static e => e.Endorsement.Digest.ToString(), StringComparer.Ordinal).Select(static e => e.Encode())];
        void Payload(string name, string note, Func<byte[], byte[]> change) =>
            Bad(name, note, ItemOf(CoseSign1.Sign(change(CoseSign1.TryDecode(honest.Endorsement.Bytes.Span, out _)!.Payload), peer.Signer).Encode()));

        Bad("endorsement-thirty-three", "More than 32.", many);
        Bad("endorsement-twice", "The same one twice.", honest.Encode(), honest.Encode());
        Bad("endorsement-order", "Two in the wrong order.", [.. many[..2].Reverse()]);
        Bad("endorsement-array-of-three", "An item of three.", Forge.Cbor(w => { w.WriteArrayHeader(3); w.WriteBytes(honest.Endorsement.Bytes.Span); w.WriteNull(); w.WriteNull(); }));
        Bad("endorsement-opening-short", "An opening of 15 bytes.", Forge.Cbor(w => { w.WriteArrayHeader(4); w.WriteBytes(honest.Endorsement.Bytes.Span); w.WriteNull(); w.WriteBytes(new byte[15]); w.WriteNull(); }));
        Bad("endorsement-evidence-long", "Evidence of 2049 bytes.", Forge.Cbor(w => { w.WriteArrayHeader(4); w.WriteBytes(honest.Endorsement.Bytes.Span); w.WriteBytes(new byte[2049]); w.WriteNull(); w.WriteNull(); }));
        Bad("endorsement-cut", "A message that is cut.", ItemOf(honest.Endorsement.Bytes.Span[..^1].ToArray()));
        Payload("endorsement-profile", "Another profile.", static p => p.Replacing("endorsement/v1"u8, "endorsement/v2"u8));
        Payload("endorsement-finding", "A finding that there isn't.", static p => p.Replacing("established"u8, "Established"u8));
        Payload("endorsement-basis", "A basis that there isn't.", static p => p.Replacing("replay"u8, "replax"u8));
        Payload("endorsement-question", "A question that there isn't.", static p => p.Replacing("model"u8, "modem"u8));
        Payload("endorsement-time", "After the year 9999.", static p => p.Replacing(BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(Peer.At.ToUnixTimeMilliseconds())), [1, 0, 0, 0, 0, 0, 0, 0]));
        Payload("endorsement-issuer", "A key that isn't on the curve.", p => p.Replacing(peer.Signer.PublicKey.ToArray(), Forge.Flip(peer.Signer.PublicKey.ToArray(), -1)));
        Payload("endorsement-expired-with-evidence", "Expired, and evidence.", static p => p.Replacing([0x6B, .. "established"u8], [0x67, .. "expired"u8]));
        Payload("endorsement-without-digest", "Established, and no evidence.", p => p.Replacing([0x58, 0x20, .. honest.Endorsement.Evidence!.Value.Bytes], [0xF6]));
        Payload("endorsement-questions-order", "Questions in another order.", static p => p.Replacing([0x65, .. "model"u8, 0x6E, .. "computed-right"u8], [0x6E, .. "computed-right"u8, 0x65, .. "model"u8]));
        Payload("endorsement-no-question", "No question.", static p => p.Replacing([0x82, 0x65, .. "model"u8, 0x6E, .. "computed-right"u8], [0x80]));
        Payload("endorsement-unfit-question", "A question that a replay can't answer.", static p => p.Replacing([0x65, .. "model"u8, 0x6E, .. "computed-right"u8], [0x67, .. "altered"u8, 0x6E, .. "computed-right"u8]));
        Unreadable("endorsement-empty", "Key 9 with nothing in it.", WithLast(_world.Parts(), 9, static w => w.WriteArrayHeader(0)));
        Unreadable("bundle-key-eleven", "Material is a byte string.", WithLast(_world.Parts(), 11, static w => w.WriteArrayHeader(0)));
        Unreadable("bundle-key-twelve", "A key that there isn't.", WithLast(_world.Parts(), 12, static w => w.WriteArrayHeader(0)));
        Unreadable("bundle-material-empty", "Material without a byte.", WithLast(_world.Parts(), 11, static w => w.WriteBytes([])));
        Met("bundle-material", "Material, which nothing needs.", WithLast(_world.Parts(), 11, static w => w.WriteBytes([1])));
        Unreadable("bundle-key-eight-without-seven", "Key events without a log proof.", _world.Parts().Also(p => { p.HasLogProof = false; p.KeyEvents = [(new LogEntry.ForKeySet(_world.KeySet.Bytes).Encode(), 0, [])]; }).Encode());
    }

    /// <summary>A receipt that was asked for under a policy, with endorsements of honest peers.</summary>
    private BundleParts PolicyParts(string policy, params Peer[] peers)
    {
        BundleParts parts = _world.Parts(_world.Answer() with { RequestPolicy = PolicyDocument.TryRead(System.Text.Encoding.UTF8.GetBytes(policy), out _)! });
        Bundle bundle = Decoded(parts);
        parts.Endorsements = [.. peers.Select(peer => peer.Endorse(bundle).Encode())];
        return parts;
    }

    private LogProof LogOf(AttachedEndorsement item, World? by = null) => (by ?? _world).LogProofOf(LogEntry.ForEndorsement.Of(item.Endorsement).Encode(), 9, 6);

    private static LogProof Moved(LogProof proof) => LogProof.Create(proof.EntryBytes, proof.Index - 1, proof.Path.AsSpan(), proof.Checkpoint);

    private static AttachedEndorsement Item(Endorsement endorsement, ReadOnlyMemory<byte>? evidence = null) => AttachedEndorsement.Create(endorsement, evidence, null, null);

    private static byte[] ItemOf(byte[] message) => Forge.Cbor(w =>
    {
        w.WriteArrayHeader(4);
        w.WriteBytes(message);
        w.WriteNull();
        w.WriteNull();
        w.WriteNull();
    });

    private static AttachedEndorsement Resigned(AttachedEndorsement item, Func<byte[], byte[]> change) =>
        AttachedEndorsement.Create(Endorsement.TryDecode(change(item.Endorsement.Bytes.ToArray()), out string? error) ?? throw new InvalidOperationException(error), item.Evidence, item.Opening, null);

    private static Endorsement Rewritten(Endorsement endorsement, IEs256Signer signer, Func<byte[], byte[]> change) =>
        Endorsement.TryDecode(CoseSign1.Sign(change(CoseSign1.TryDecode(endorsement.Bytes.Span, out _)!.Payload), signer).Encode(), out string? error) ?? throw new InvalidOperationException(error);

    private static byte[] WithLast(BundleParts parts, ulong key, Action<CborWriter> value)
    {
        byte[] bundle = parts.Encode();
        CborWriter writer = new();
        writer.WriteRaw([(byte)(bundle[0] + 1)]);
        writer.WriteRaw(bundle.AsSpan(1));
        writer.WriteUInt(key);
        value(writer);
        return writer.ToArray();
    }
}
