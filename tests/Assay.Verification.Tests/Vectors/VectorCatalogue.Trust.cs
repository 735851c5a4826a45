using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private void AddTrustAndTime()
    {
        byte[] plain = _world.Parts().Encode();
        Untrusted("trust-none", "No trust file, and first use wasn't asked for.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], plain, static v => v with { Trust = null });
        Untrusted("trust-other-node", "The trust file names another node.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], plain, v => v with { Trust = _other.TrustText });
        Untrusted("trust-other-node-first-use", "First use doesn't help against a trust file.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], plain, v => v with { Trust = _other.TrustText, FirstUse = true });
        Untrusted("trust-empty-file", "The trust file names nobody.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], plain, static v => v with { Trust = "# nobody yet\n" });
        Untrusted("trust-node-only", "The trust file names the node, but not its log.", [CheckCodes.LogTrusted], plain, v => v with { Trust = "node " + _world.KeySet.Digest + "\n" });
        Untrusted("trust-log-only", "The trust file names the log, but not the node.", [CheckCodes.KeySetTrusted], plain, v => v with { Trust = "log " + _world.KeySet.LogVerifierKey + "\n" });
        Untrusted("trust-log-of-other", "The trust file names the node, and another log.", [CheckCodes.LogTrusted], plain, v => v with { Trust = $"node {_world.KeySet.Digest}\nlog {_other.KeySet.LogVerifierKey}\n" });

        using World impostor = new("impostor");
        Untrusted("impostor", "Somebody else's keys, consistently, under the node's name.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], impostor.Parts().Encode());
        Untrusted("keyset-of-another-node", "The receipt with another node's key set.", [CheckCodes.KeySetTrusted, CheckCodes.KeySetDigest, CheckCodes.BatchSignature, CheckCodes.LogTrusted, CheckCodes.LogCheckpoint], p => p.KeySet = _other.KeySet.Bytes.ToArray());
        Untrusted("keyset-of-another-node-trusted", "The same, where both nodes are trusted.", [CheckCodes.KeySetDigest, CheckCodes.BatchSignature, CheckCodes.LogCheckpoint], p => p.KeySet = _other.KeySet.Bytes.ToArray(), v => v with { Trust = _world.TrustText + _other.TrustText });
        Untrusted("keyset-not-after-altered", "A key set whose interval was stretched.", [CheckCodes.KeySetTrusted, CheckCodes.KeySetDigest], static p => p.KeySet = Forge.Flip(p.KeySet, -1));
        Untrusted("keyset-log-key-unusable", "A key set with a log key of small order; the node signed under it.", [CheckCodes.KeySetTrusted, CheckCodes.KeySetDigest, CheckCodes.LogTrusted, CheckCodes.LogCheckpoint], p => Replace(p.KeySet, _world.KeySet.LogKey.ToArray(), [1, .. new byte[31]]).CopyTo(p.KeySet, 0));

        Untrusted("issued-before-keys", "Issued one millisecond before the keys were valid.", [CheckCodes.KeySetValidity], _world.Parts(change: s => s with { IssuedAt = _world.KeySet.NotBefore - 1 }).Encode());
        Untrusted("issued-when-keys-expired", "Issued in the first millisecond in which the keys no longer were.", [CheckCodes.KeySetValidity], _world.Parts(change: s => s with { IssuedAt = _world.KeySet.NotAfter }).Encode(), static v => v with { Now = World.Now.AddYears(5) });
        Untrusted("issued-in-future", "Issued five minutes and a millisecond after the verifier's clock.", [CheckCodes.KeySetValidity], _world.Parts(change: static s => s with { IssuedAt = World.Now.AddMinutes(5).ToUnixTimeMilliseconds() + 1 }).Encode());
        Untrusted("clock-behind", "The verifier's clock stands before the receipt's time.", [CheckCodes.KeySetValidity], plain, static v => v with { Now = World.Now.AddDays(-1) });
        using World expired = new("expired", notBefore: World.Now.AddDays(-60), notAfter: World.Now.AddDays(-1));
        Untrusted("keys-expired", "A trusted node whose keys had expired.", [CheckCodes.KeySetValidity], expired.Parts().Encode(), v => v with { Trust = TrustFile.LinesFor(expired.KeySet) });
        using World early = new("early", notBefore: World.Now.AddDays(1));
        Untrusted("keys-not-yet-valid", "A trusted node whose keys weren't valid yet.", [CheckCodes.KeySetValidity], early.Parts().Encode(), v => v with { Trust = TrustFile.LinesFor(early.KeySet) });
    }

    /// <summary>What the node itself signed, and what doesn't fit together all the same; and bytes that aren't the ones named.</summary>
    private void AddContradictions()
    {
        byte[] plain = _world.Parts().Encode();
        byte[] otherRequest = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.2]}]}""");
        byte[] sameNumbers = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}""");
        byte[] otherResponse = Encoding.UTF8.GetBytes("""{"outputs":[{"name":"scores","shape":[1,3],"datatype":"FP32","data":[0.25,0.5,2]},{"name":"class","shape":[1],"datatype":"FP32","data":[1]}]}""");
        Untrusted("called-another-model", "The caller called another model.", [CheckCodes.RequestModel], plain, static v => v with { Model = "risk" });
        Untrusted("called-another-id", "The caller called another model by its id.", [CheckCodes.RequestModel], plain, static v => v with { Model = Digest32.Sha256("another"u8).ToString() });
        Untrusted("called-id-in-capitals", "Ids are written in lower case.", [CheckCodes.RequestModel], plain, static v => v with { Model = World.Model.ToString().ToUpperInvariant() });
        Untrusted("called-name-prefix", "A name that only begins like the model's.", [CheckCodes.RequestModel], plain, static v => v with { Model = "digit" });
        Untrusted("given-other-request", "The caller's request isn't the one that the receipt names.", [CheckCodes.RequestWire, CheckCodes.RequestInputs], plain, v => v with { Request = otherRequest });
        Untrusted("given-request-same-numbers", "The caller's request has the same numbers, but other bytes.", [CheckCodes.RequestWire], plain, v => v with { Request = sameNumbers });
        Untrusted("given-other-response", "The caller's answer isn't the one that the receipt names.", [CheckCodes.ResponseWire, CheckCodes.ResponseOutputs], plain, v => v with { Response = otherResponse });
        Untrusted("given-request-and-response-swapped", "The caller gives the answer as the request and the request as the answer.", [CheckCodes.RequestWire, CheckCodes.RequestInputs, CheckCodes.ResponseWire, CheckCodes.ResponseOutputs], plain, static v => v with { Request = World.ResponseBody, Response = World.RequestBody });
        Untrusted("given-empty-request", "The caller's request is empty.", [CheckCodes.RequestWire, CheckCodes.RequestInputs], plain, static v => v with { Request = [] });
        NotMet("given-request-not-comparable", "The caller's request isn't the one, and the leaves that would say so aren't shown.", Disclosing(_world.Parts(), "model", "request.policy", "request.protocol", "outputs"), v => v with { Request = otherRequest });
        NotMet("given-response-not-comparable", "The caller's answer can't be compared: neither its digest nor the outputs are shown.", Disclosing(_world.Parts(), "model", "request"), static v => v with { Request = World.RequestBody, Response = World.ResponseBody });
        Met("given-request-by-inputs", "The request's digest isn't shown, but its inputs are.", Disclosing(_world.Parts(), "model", "request.policy", "request.protocol", "request.inputs"), static v => v with { Request = World.RequestBody });
        NotMet("given-request-unknown-protocol", "Nobody here reads this protocol, and the node signed no digest of the request.", _world.Parts(_world.Answer() with { RequestProtocol = "other/v1", RequestWireDigest = null }).Also(static p => p.Attachments = []).Encode(), static v => v with { Request = World.RequestBody });
        Untrusted("attachment-altered", "The attached request was changed.", [CheckCodes.BundleAttachments], p => SetAttachments(p, otherRequest, World.ResponseBody));
        Untrusted("attachment-unnamed", "Something else is attached besides.", [CheckCodes.BundleAttachments], static p => SetAttachments(p, World.RequestBody, World.ResponseBody, "something else"u8.ToArray()));
        Untrusted("attachment-of-redacted-leaf", "The request is attached, but the leaf that names it isn't shown.", [CheckCodes.BundleAttachments], Disclosing(_world.Parts(), "model", "outputs", "output"), v => v with { Bundle = WithAttachment(v.Bundle, World.RequestBody) });

        void Lie(string name, string note, Func<ClaimValues, ClaimValues> claims, params string[] failed) =>
            Untrusted(name, note, failed, _world.Parts(claims(_world.Answer())).Also(static p => p.Attachments = []).Encode(), static v => v with { Request = World.RequestBody, Response = World.ResponseBody });
        Lie("lie-inputs", "The node ran other numbers than the request has, and signed both.", static c => c with { RequestInputs = [World.Tensor("x", [1, 4], 0.5f, -1.25f, 3f, 0.2f)] }, CheckCodes.RequestInputs);
        Lie("lie-inputs-negative-zero", "-0 and 0 are different inputs.", static c => c with { RequestInputs = [World.Tensor("x", [1, 4], 0.5f, -1.25f, 3f, -0f)] }, CheckCodes.RequestInputs);
        Lie("lie-inputs-swapped", "The node ran the numbers in another order.", static c => c with { RequestInputs = [World.Tensor("x", [1, 4], -1.25f, 0.5f, 3f, 0.1f)] }, CheckCodes.RequestInputs);
        Lie("lie-input-name", "The node ran them as another input.", static c => c with { RequestInputs = [World.Tensor("y", [1, 4], 0.5f, -1.25f, 3f, 0.1f)] }, CheckCodes.RequestInputs);
        Lie("lie-request-digest", "The node names another request.", static c => c with { RequestWireDigest = Digest32.Sha256("other"u8) }, CheckCodes.RequestWire);
        Lie("lie-response-digest", "The node names another answer.", static c => c with { OutputWireDigest = Digest32.Sha256("other"u8) }, CheckCodes.ResponseWire);
        Lie("lie-node", "The node gives itself another name.", static c => c with { PartiesNode = "another.example/assay" }, CheckCodes.KeySetDigest);
        Lie("lie-parts", "The node states another number of outputs.", static c => c with { OutputParts = 3 }, CheckCodes.OutputRoot);
        Untrusted("lie-policy", "The claims show another policy than the statement names.", [CheckCodes.PolicyDigest], _world.Parts(change: static s => s with { Policy = PolicyDocument.For(VerificationLevel.Replay).Digest }).Also(Relog).Encode());
        Untrusted("lie-level-source", "The claims show another level source than the statement.", [CheckCodes.PolicyDigest], _world.Parts(change: static s => s with { LevelSource = LevelSource.Model }).Encode());
        Untrusted("lie-level-source-redacted-policy", "The same, where the policy isn't shown.", [CheckCodes.PolicyDigest], Disclosing(_world.Parts(change: static s => s with { LevelSource = LevelSource.Model }), "request.level_source", "model"));
        Untrusted("batch-head-of-another-keyset", "Signed by the right key, under another key set's digest.", [CheckCodes.KeySetDigest], ResignedUnder(Digest32.Sha256("other"u8)));
        Untrusted("statement-of-another-keyset", "A statement issued under another key set, signed by this one's key.", [CheckCodes.KeySetDigest], StatementUnder(Digest32.Sha256("other"u8)));

        void Body(string name, string note, string body, params string[] failed) => Untrusted(name, note, failed, WithRequest(body));
        Body("body-name-repeated", "A member name twice: two readers could see two requests.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[9,9,9,9],"data":[0.5,-1.25,3,0.1]}]}""", CheckCodes.RequestInputs);
        Body("body-name-repeated-escaped", "The same, written with an escape.", """{"inputs":[],"\u0069nputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}""", CheckCodes.RequestInputs);
        Body("body-name-repeated-elsewhere", "The same, in a member that nobody looks at.", """{"parameters":{"a":1,"a":1},"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}""", CheckCodes.RequestInputs);
        Body("body-trailing", "Another value after the request.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}{}""", CheckCodes.RequestInputs);
        Body("body-trailing-after-datatype", "The same, behind a tensor of a datatype that isn't read: JSON counts first.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[0.5,-1.25,3,0.1]}]}{}""", CheckCodes.RequestInputs);
        Body("body-not-finite", "A number beyond binary32.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,3.5e38]}]}""", CheckCodes.RequestInputs);
        Body("body-count", "Fewer numbers than the shape says.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3]}]}""", CheckCodes.RequestInputs);
        Body("body-nesting", "Nested otherwise than the shape says.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[[0.5,-1.25],[3,0.1]]}]}""", CheckCodes.RequestInputs);
        Body("body-number-as-text", "A number in quotes.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":["0.5",-1.25,3,0.1]}]}""", CheckCodes.RequestInputs);
        Body("body-comment", "A comment.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]/**/}""", CheckCodes.RequestInputs);
        Body("body-byte-order-mark", "A byte order mark.", "\uFEFF" + """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]}]}""", CheckCodes.RequestInputs);
        Body("body-no-inputs", "No inputs at all.", """{"input":[]}""", CheckCodes.RequestInputs);
        Body("body-two-inputs", "One input more than the receipt names.", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[0.5,-1.25,3,0.1]},{"name":"y","shape":[1],"datatype":"FP32","data":[1]}]}""", CheckCodes.RequestInputs);
    }

    private void Relog(BundleParts parts) => parts.SetLogProof(_world.LogProofOf(
        new LogEntry.ForReceipt(Decoded(parts).Envelope.Digest, VerificationLevel.Replay, "1e1").Encode()));

    private byte[] ResignedUnder(Digest32 keySet)
    {
        BundleParts parts = _world.Parts();
        BatchHead head = BatchHead.TryDecode(parts.Head(), out _)!;
        parts.Cose = CoseSign1.Sign((head with { KeySet = keySet }).Encode(), _world.Signer).Encode();
        return parts.Encode();
    }

    private byte[] StatementUnder(Digest32 keySet)
    {
        BundleParts parts = _world.Parts(change: s => s with { KeySet = keySet });
        BatchHead head = BatchHead.TryDecode(parts.Head(), out _)!;
        parts.Cose = CoseSign1.Sign((head with { KeySet = _world.KeySet.Digest }).Encode(), _world.Signer).Encode();
        return parts.Encode();
    }

    private static byte[] WithAttachment(byte[] bundle, byte[] content)
    {
        Bundle decoded = Bundle.TryDecode(bundle, out _)!;
        BundleParts parts = new(decoded);
        SetAttachments(parts, content);
        return parts.Encode();
    }
}
