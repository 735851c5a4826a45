using System.Text;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private void AddSound()
    {
        BundleParts plain = _world.Parts();
        Met("batch-of-one", "An ordinary answer, everything disclosed and attached.", plain.Encode());
        Met("batch-of-seven", "The fifth of seven statements under one signature.", _world.Parts(batch: 7, index: 4).Encode());
        Met("batch-of-seven-last", "The last of seven: its path skips the levels where it is alone.", _world.Parts(batch: 7, index: 6).Encode());
        Met("batch-of-eight", "A full tree.", _world.Parts(batch: 8, index: 3).Encode());
        Met("log-of-two", "The smallest log that a receipt can be in.", _world.Parts().Also(p => p.SetLogProof(_world.LogProofOf(p.Entry, 2, 1))).Encode());
        Met("no-attachments", "Request and response are named, but not attached.", _world.Parts().Also(static p => p.Attachments = []).Encode());
        Met(
            "request-and-response-given",
            "The caller has the bytes; nothing is attached.",
            _world.Parts().Also(static p => p.Attachments = []).Encode(),
            static v => v with { Request = World.RequestBody, Response = World.ResponseBody });
        Met("redacted-inputs", "The model, the level and the outputs are shown; the inputs and the bytes aren't.", Disclosing(plain, "model", "request.policy", "request.level_source", "request.protocol", "execution", "outputs", "parties"));
        Met("redacted-one-output", "One output part is shown, the other isn't.", Disclosing(plain, "request", "model", "execution", "output", "time", "parties", "payment", "lineage", "outputs.class", "attachments.request", "attachments.response"));
        Met("redacted-everything", "Nothing is shown. The level is known by its digest; the model isn't known.", Disclosing(plain));
        Met("called-by-name", "The caller called this model by its name.", plain.Encode(), static v => v with { Model = "digits" });
        Met("called-by-id", "The caller called this model by its id.", plain.Encode(), static v => v with { Model = World.Model.ToString() });
        Met("called-name-redacted", "The model's name isn't shown, so whether the caller called it stays open.", Disclosing(plain, "model.model_id"), static v => v with { Model = "digits" });
        Met("called-nothing-claimed", "The node claims nothing on the model.", Bare(), static v => v with { Model = "digits" });
        Met("first-use", "No trust file: the keys in the bundle are taken on first use.", plain.Encode(), static v => v with { Trust = null, FirstUse = true });
        Met("first-use-with-trust-file", "First use means nothing where there is a trust file.", plain.Encode(), static v => v with { FirstUse = true });
        Met("less-required-than-asked", "The request asked for replay; this verifier requires signed.", _world.Parts(_world.Answer(VerificationLevel.Replay)).Encode(), static v => v with { Require = VerificationLevel.Signed });
        Met("level-by-node-default", "Nobody asked: the node's default.", _world.Parts(_world.Answer(source: LevelSource.NodeDefault)).Encode());
        Met("request-changed", "The node lists changes that it made to the request.", _world.Parts(_world.Answer() with { RequestMutations = ["reshaped x from [4] to [1,4]"] }).Encode());
        Met("fidelity-accepted", "The node says that the model is further from its float original than the rule for registration allows.", _world.Parts(_world.Answer() with { ExecutionBackend = "assay-engine 0.1.0" + WellKnown.FidelityAccepted }).Encode());
        Met("few-claims", "Only what must be there is; every other leaf is null.", Bare());
        Met("lineage", "The answer continues another one.", _world.Parts(_world.Answer() with { LineageRelation = "continues", LineageReceipts = [Digest32.Sha256("earlier"u8)] }).Encode());
        Met("clock-ahead-within-skew", "Issued four minutes after the verifier's clock: within the allowance.", _world.Parts(change: static s => s with { IssuedAt = World.Now.AddMinutes(4).ToUnixTimeMilliseconds() }).Encode());
        Met("verified-years-later", "The keys have expired since; the receipt was issued before.", plain.Encode(), static v => v with { Now = World.Now.AddYears(5) });
        Met("trust-file-with-comments", "Comments, empty lines, tabs, CRLF and other nodes in the trust file.", plain.Encode(), v => v with { Trust = "# nodes\r\n\r\nnode \t" + _other.KeySet.Digest + "\r\n" + _world.TrustText.Replace("\n", "\r\n", StringComparison.Ordinal) + "\n# logs" });
        Met("unknown-protocol", "The request came by a protocol that this version doesn't read; digests are still compared.", _world.Parts(_world.Answer() with { RequestProtocol = "other/v1" }).Encode());
        Met("datatype-not-read", "A request with FP64 numbers: its digest is compared, its numbers aren't.", WithRequest("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[0.5,-1.25,3,0.1]}]}"""));
        Met("request-written-otherwise", "Members in another order, nested data, escapes, exponents, white space.", WithRequest(" {\"outputs\": [ {\"name\":\"scores\"} ], \"inputs\": [ {\"data\": [[5e-1, -1.25, 3.0, 0.1]], \"parameters\": {\"a\": {\"b\": [null, true, \"\"]}}, \"datatype\":\"FP32\", \"shape\":[1,4], \"name\":\"\\u0078\" } ] }\n"));
        Met("numbers-rounded-twice", "Decimal to binary64, then to binary32: 1.00000005960464478 becomes exactly 1.", WithRequest("""{"inputs":[{"name":"x","shape":[5],"datatype":"FP32","data":[1.00000005960464478,-0.0,1e-46,16777217,3.4028235677973362e38]}]}""", World.Tensor("x", [5], 1f, -0f, 0f, 16777216f, float.MaxValue)));
        Met("float", "A float model: signed and logged, and nothing that a replay could check.", _world.Parts(Float()).Encode());
        Met("float-redacted-semantics", "The same with its execution left out: nothing shown says that it wasn't exact.", Disclosing(_world.Parts(Float()), "request", "model", "output", "time", "parties", "payment", "lineage", "outputs", "attachments.request", "attachments.response"));
        Met("undisclosed-size", "The log entry doesn't say how big the request was.", Logged(plain, new LogEntry.ForReceipt(Decoded(plain).Envelope.Digest, VerificationLevel.Signed, SizeBucket.Undisclosed)));
        Met("witness-line-ignored", "The checkpoint has another signature line, by a key that nobody knows.", WithSecondSignature(_world.Parts()));

        NotMet("not-logged-yet", "The receipt isn't in a checkpoint yet: logged is pending.", _world.Parts().Also(static p => p.HasLogProof = false).Encode());
        NotMet("replay-asked-not-done", "The level is replay, and nobody has run the model again.", _world.Parts(_world.Answer(VerificationLevel.Replay)).Encode());
        NotMet("replay-required-not-done", "The verifier requires more than was asked for.", plain.Encode(), static v => v with { Require = VerificationLevel.Replay });
        NotMet("float-replay-asked", "A node signed for replay what it ran in floats: nobody can establish that.", _world.Parts(Float(VerificationLevel.Replay)).Encode());
        NotMet("float-replay-required", "The verifier requires replay of a float model's answer.", _world.Parts(Float()).Encode(), static v => v with { Require = VerificationLevel.Replay });
        NotMet("first-use-not-logged", "First use, and not in a checkpoint yet.", _world.Parts().Also(static p => p.HasLogProof = false).Encode(), static v => v with { Trust = null, FirstUse = true });

        NotMet("level-zk", "The level is zk, and there is no proof.", _world.Parts(_world.Answer(VerificationLevel.Zk)).Encode());
        NotMet("level-replay-tee", "Neither a replay nor hardware.", _world.Parts(_world.Answer(VerificationLevel.Replay.Join(VerificationLevel.Tee))).Encode());
        NotMet("level-tee-required", "The verifier requires tee.", plain.Encode(), static v => v with { Require = VerificationLevel.Tee });
        CannotEvaluate("policy-paid-required", "The verifier requires what this version can't appraise.", OutcomeRules.LevelUnsupported, plain.Encode(), static v => v with { Policy = """{"require":[{"question":"paid"}]}""" });
        CannotEvaluate("policy-unknown", "A policy digest of another version; the policy's text isn't shown.", OutcomeRules.PolicyUnknown, Disclosing(_world.Parts(change: static s => s with { Policy = Digest32.Sha256("a later policy"u8) }), "model"));
        CannotEvaluate("phase-abort", "The receipt of an answer that was broken off.", OutcomeRules.PhaseUnknown, _world.Parts(change: static s => s with { Phase = ReceiptPhase.Abort }).Encode());
        CannotEvaluate("phase-progress", "The receipt of a stream that isn't finished.", OutcomeRules.PhaseUnknown, _world.Parts(change: static s => s with { Phase = ReceiptPhase.Progress }).Encode());
    }

    private ClaimValues Float(VerificationLevel level = default) => _world.Answer(level) with
    {
        ExecutionBackend = $"onnxruntime/1.30.0 sha256:{Digest32.Sha256("library"u8)} opt=basic threads=1",
        ExecutionSemantics = WellKnown.FloatOnnxRuntime,
        ExecutionInstructionSet = "avx2",
        ExecutionSaturated = null,
    };

    private byte[] Bare() => _world.Parts(new ClaimValues { RequestPolicy = PolicyDocument.For(VerificationLevel.Signed), RequestLevelSource = LevelSource.Key }).Also(static p => p.Attachments = []).Encode();

    private byte[] WithRequest(string body, TensorValue? input = null)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        ClaimValues claims = _world.Answer() with { RequestWireDigest = Digest32.Sha256(bytes) };
        claims = input is null ? claims : claims with { RequestInputs = [input] };
        return _world.Parts(claims).Also(p => SetAttachments(p, bytes, World.ResponseBody)).Also(p => p.SetLogProof(_world.LogProofOf(
            new LogEntry.ForReceipt(Decoded(p).Envelope.Digest, VerificationLevel.Signed, SizeBucket.Undisclosed).Encode()))).Encode();
    }

    private byte[] Logged(BundleParts parts, LogEntry entry) => Decoded(parts).WithLogProof(_world.LogProofOf(entry.Encode())).Encode();

    private byte[] WithSecondSignature(BundleParts parts)
    {
        SignedNote note = SignedNote.TryParse(parts.Checkpoint, out _)!;
        using NoteSigner witness = new("witness.example", Digest32.Sha256("witness"u8).Bytes);
        parts.Checkpoint = witness.AddTo(note).Encode();
        return parts.Encode();
    }

    private static void SetAttachments(BundleParts parts, params byte[][] contents) =>
        parts.Attachments = [.. contents.OrderBy(static c => Digest32.Sha256(c).ToString(), StringComparer.Ordinal)];
}
