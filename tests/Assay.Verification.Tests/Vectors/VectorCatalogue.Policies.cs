using System.Text;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    /// <summary>Policies in the long form: signed ones, the caller's, and those in the request's bytes.</summary>
    private void AddPolicies()
    {
        const string Asserted = """{"require":[{"question":"computed-right","accept":"asserted"}]}""";
        const string Replay = """{"require":[{"question":"computed-right","by":["replay","zk"]}],"release":"provisional"}""";
        Met("policy-signed", "A long form was asked for and is met.", PolicyParts(Asserted).Encode());
        Met("policy-signed-and-sent", "The same, and the caller says what it sent, in another spelling.", PolicyParts(Asserted).Encode(), static v => v with { AskedPolicy = """{ "release": "after-evidence", "require": [ {"accept":"asserted","by":["operator"],"question":"computed-right"} ] }""" });
        Met("policy-left-out-known", "Its text is left out, and the caller has it.", Disclosing(PolicyParts(Asserted), "model", "output", "outputs"), static v => v with { Policy = Asserted });
        NotMet("policy-signed-unmet", "A long form was asked for and isn't met.", PolicyParts(Replay).Encode());
        Met("policy-signed-lower-required", "The caller requires less than it asked for.", PolicyParts(Replay).Encode(), static v => v with { Require = VerificationLevel.Signed });
        CannotEvaluate("policy-left-out", "Its text is left out, and nobody has it.", "policy/unknown", Disclosing(PolicyParts(Asserted), "model", "output", "outputs"));
        NotMet("policy-soundness", "A proof of so many bits is wanted, and there is none.", _world.Parts().Encode(), static v => v with { Policy = """{"require":[{"question":"model","by":["zk"],"minSoundnessBits":100}]}""" });
        CannotEvaluate("policy-not-canonical", "Its text isn't canonical: a policy has one spelling where it is signed.", "policy/unknown", Written(PolicyDocument.TryRead(Encoding.UTF8.GetBytes(Asserted), out _)!.Text.Replace(",", ", ", StringComparison.Ordinal)));
        CannotEvaluate("policy-unknown-member", "It has a member that there isn't.", "policy/unknown", Written("""{"profile":"assay/policy/v1","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"]}],"release":"after-evidence","mood":"good"}"""));
        Untrusted("policy-not-the-one-sent", "The node signed for another policy than the one that was sent.", [CheckCodes.PolicyDigest], PolicyParts(Asserted).Encode(), static v => v with { AskedPolicy = Replay });
        Untrusted("policy-level-not-the-one-sent", "The same, where it signed for a level.", [CheckCodes.PolicyDigest], _world.Parts().Encode(), static v => v with { AskedPolicy = Replay });
        Untrusted("policy-log-level", "The log entry has another level than the policy implies.", [CheckCodes.LogEntry], PolicyParts("""{"require":[{"question":"computed-right","by":["replay"]},{"question":"model","by":["replay"]}]}""").Also(p => p.SetLogProof(_world.LogProofOf(new LogEntry.ForReceipt(Decoded(p).Envelope.Digest, VerificationLevel.Signed, SizeBucket.For(4)).Encode()))).Encode());

        // Witnesses and time as the caller's policy has them.
        CosignatureSigner w1 = _witnesses[0], w2 = _witnesses[1];
        byte[] Cosigned(params (CosignatureSigner Witness, DateTimeOffset At)[] by) => CosignedParts(_world.Parts(), by).Encode();
        Func<VectorCase, VectorCase> Logged(string parameters, string quorum = "w1", string groups = "") => v => Quorum(quorum, groups)(v) with { Policy = $$"""{"require":[{"question":"logged",{{parameters}}}]}""" };
        Met("policy-witnesses", "Two witnesses are required, and two cosigned.", Cosigned((w1, Seen), (w2, Seen)), Logged("\"witnesses\":2"));
        NotMet("policy-witnesses-too-few", "Three are required, two cosigned.", Cosigned((w1, Seen), (w2, Seen)), Logged("\"witnesses\":3"));
        NotMet("policy-witnesses-one-twice", "Two are required, one cosigned twice.", Cosigned((w1, Seen), (w1, Seen.AddSeconds(1))), Logged("\"witnesses\":2"));
        NotMet("policy-witnesses-without-quorum", "The trust file asks for none, so none counts.", Cosigned((w1, Seen), (w2, Seen)), Logged("\"witnesses\":1", "none"));
        Met("policy-within", "Seen two seconds after issue, by a clock of whole seconds: within three.", Cosigned((w1, Seen)), Logged("\"within\":\"3s\""));
        NotMet("policy-within-just-not", "A millisecond less.", Cosigned((w1, Seen)), Logged("\"within\":\"2999ms\""));
        NotMet("policy-within-clock-wrong", "Seen before issue: a clock is wrong, and nobody knows how long it took.", Cosigned((w1, World.Now.AddSeconds(-12))), Logged("\"within\":\"1d\""));
        NotMet("policy-within-last-second", "Seen in the last second that a cosignature can name.", Cosigned((w1, DateTimeOffset.FromUnixTimeSeconds(253402300799))), Logged("\"within\":\"1d\""));
        NotMet("policy-within-unwitnessed", "Nobody but the node says when.", _world.Parts().Encode(), Logged("\"within\":\"1d\"", "none"));

        // In the request's own bytes. Everything is signed for level signed.
        void Said(string name, string note, string policy) => Met(name, note, WithRequest($"{{\"verification\":{policy},{RequestInputs}}}"));
        void Other(string name, string note, string policy) => Untrusted(name, note, [CheckCodes.RequestLevel], WithRequest($"{{\"verification\":{policy},{RequestInputs}}}"));
        Said("level-policy", "A policy that means the level that was signed.", """{"level":"signed","require":[{"question":"logged"}]}""");
        Other("level-policy-other", "A policy that means more than was signed.", Replay);
        Other("level-policy-unknown-member", "A policy with a member that there isn't.", """{"require":[{"question":"logged"}],"mood":"good"}""");
        Other("level-policy-empty", "No policy.", "{}");
        Other("level-policy-contradiction", "A policy that means what was signed, and a level that doesn't.", """{"require":[{"question":"logged"}]},"parameters":{"verification":"zk"}""");
        string signed = PolicyDocument.TryRead(Encoding.UTF8.GetBytes(Asserted), out _)!.Text;
        byte[] body = Encoding.UTF8.GetBytes($"{{\"verification\": {Asserted.Replace(":", " : ", StringComparison.Ordinal)},{RequestInputs}}}");
        Met("level-policy-signed", "The long form that was signed, in another spelling.", WithBody(_world.Answer() with { RequestPolicy = PolicyDocument.TryReadCanonical(Encoding.UTF8.GetBytes(signed))! }, body));
    }

    private byte[] WithBody(ClaimValues claims, byte[] body) =>
        _world.Parts(claims with { RequestWireDigest = Digest32.Sha256(body) }).Also(p => p.Attachments = [.. new[] { body, World.ResponseBody }.OrderBy(static a => Digest32.Sha256(a).ToString(), StringComparer.Ordinal)]).Encode();

    /// <summary>A receipt whose policy leaf is this text, signed for as it is.</summary>
    private byte[] Written(string text)
    {
        byte[] leaf = Forge.WithValue(_world.Parts().Leaf(ClaimRegistry.RequestPolicy), w => w.WriteText(text));
        Digest32 root = Decoded(_world.Parts().Also(p => p.Leaf(ClaimRegistry.RequestPolicy) = leaf)).Claims.Root();
        return _world.Parts(change: s => s with { ClaimsRoot = root, Policy = Digest32.Sha256(Encoding.UTF8.GetBytes(text)) }).Also(p => p.Leaf(ClaimRegistry.RequestPolicy) = leaf).Encode();
    }
}
