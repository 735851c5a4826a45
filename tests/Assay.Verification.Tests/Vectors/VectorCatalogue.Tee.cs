using Assay.Attestation;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    /// <summary>The vectors of spec/vectors/tee-receipts: endorsements by a simulated machine.</summary>
    public static IReadOnlyList<VectorCase> OfTee { get; } = BuildTee();

    private static List<VectorCase> BuildTee()
    {
        using VectorCatalogue catalogue = new(empty: true);
        catalogue.AddTee();
        return catalogue._cases;
    }

    // Where only hardware could establish it, a verifier that doesn't appraise hardware says that it can't evaluate, and otherwise judges all the same.
    private static VectorCase Unappraised(VectorCase vector) => vector with { Elsewhere = ("cannot-evaluate", "platform/attestation", "platform/attestation") };

    private static VectorCase Same(VectorCase vector, string detail) => vector with { Elsewhere = (VerdictNames.Id(vector.Outcome), vector.Reason, detail) };

    private void AddTee()
    {
        Hardware machine = new(), other = new("another machine");
        Bundle sound = Decoded(_world.Parts());
        byte[] With(params AttachedEndorsement[] items) => sound.WithEndorsements(items).Encode();
        byte[] WithMaterial(byte[] material, params AttachedEndorsement[] items) => sound.WithEndorsements(items).WithMaterial(material).Encode();
        VectorCase Own(VectorCase v) => v with { Require = v.Require ?? VerificationLevel.Tee, AttestationPolicies = [machine.Policy()] };
        VectorCase Named(VectorCase v) => v with { Require = VerificationLevel.Tee, Trust = v.Trust + machine.IssuerLine() };
        AttachedEndorsement honest = machine.Endorse(sound);

        // Only this catalogue's first argument says what happens where hardware isn't appraised.
        void Counts(string name, string note, byte[] bundle, Func<VectorCase, VectorCase> with) => Met(name, note, bundle, v => Unappraised(with(v)));
        void Refused(string name, string note, byte[] bundle, Func<VectorCase, VectorCase>? with = null) => NotMet(name, note, bundle, v => Unappraised((with ?? Own)(v)));
        void Useless(string name, string note, byte[] bundle, Func<VectorCase, VectorCase>? with = null, string detail = "tee/useless") => NotMet(name, note, bundle, v => Same((with ?? Own)(v), detail));

        Counts("tee-own-policy", "A simulated machine, accepted by the verifier's own policy.", With(honest), Own);
        Counts("tee-signed-policy", "The policy comes with the receipt, by an issuer whom the trust file names.", WithMaterial(machine.Signed(machine.Policy()), honest), Named);
        Counts("tee-least-version", "The same where the trust file asks for version 3.", WithMaterial(machine.Signed(machine.Policy(3)), honest), v => v with { Require = VerificationLevel.Tee, Trust = v.Trust + machine.IssuerLine(3) });
        Counts("tee-logged", "The endorsement is logged, under a checkpoint of its own.", With(honest.WithLogProof(LogOf(honest))), Own);
        Counts("tee-among-others", "What else is said takes nothing away.", With(honest, other.Endorse(sound), machine.Endorse(sound, receipt: Digest32.Sha256("x"u8)), machine.Endorse(sound, at: Hardware.Issued.AddMinutes(6))), Own);
        Counts("tee-outputs-left-out", "What is left out of a receipt doesn't concern the evidence.", Disclosing(_world.Parts().Also(p => p.Endorsements = [honest.Encode()]), "model", "execution"), Own);
        Counts("tee-of-float", "Hardware vouches for any model: nothing need be replayed.", InFloats(machine), Own);
        Counts("tee-hostile-material", "Material that can't be read counts as absent; here nothing of it is needed.", WithMaterial([0xFF, .. new byte[999]], honest), Own);
        Counts("tee-confidential", "The request came encrypted to a key in the evidence.", With(machine.Endorse(sound, confidential: true)), v => Own(v) with { Require = null, Policy = """{"require":[{"question":"operator-read"},{"question":"computed-right","by":["tee"]}]}""" });
        Peer peer = new("p1");
        Counts("tee-and-replay", "Both required, both there.", With(honest, peer.Endorse(sound)), v => Own(v) with { Require = VerificationLevel.Tee.Join(VerificationLevel.Replay), Trust = v.Trust + peer.TrustLine });
        Met("tee-not-needed", "Nothing of it is required, and no policy is there: it takes nothing away.", With(honest), v => Same(v with { Require = VerificationLevel.Signed }, "platform/attestation"));
        Met("tee-replay-or-tee", "Either is enough, and a named peer replayed it.", With(honest, peer.Endorse(sound)), v => Same(v with { Policy = """{"require":[{"question":"computed-right","by":["replay","tee"]}]}""", Trust = v.Trust + peer.TrustLine }, "platform/attestation"));
        NotMet("tee-none", "Hardware is required, and there is none.", _world.Parts().Encode(), v => Same(Own(v), "tee/no-endorsement"));

        Refused("tee-no-policy", "Nobody says what the evidence must show.", With(honest), static v => v with { Require = VerificationLevel.Tee });
        Refused("tee-policy-issuer-not-named", "A policy comes with it, by somebody whom the trust file doesn't name.", WithMaterial(machine.Signed(machine.Policy()), honest), static v => v with { Require = VerificationLevel.Tee });
        Refused("tee-policy-older-than-least", "The trust file asks for a later version.", WithMaterial(machine.Signed(machine.Policy()), honest), v => v with { Require = VerificationLevel.Tee, Trust = v.Trust + machine.IssuerLine(2) });
        Refused("tee-policy-superseded", "Version 1 accepts the build, version 2 doesn't any more, and both are at hand.", WithMaterial(machine.Signed(machine.Policy(), machine.Policy(2, "assay 0.7.0")), honest), Named);
        Refused("tee-policy-twice", "One version with two texts is no policy.", WithMaterial(machine.Signed(machine.Policy(), machine.Policy(1, "assay 0.7.0")), honest), Named);
        Refused("tee-policy-in-hostile-material", "The policy was to come with the material, which can't be read.", WithMaterial([.. machine.Signed(machine.Policy())[..^1], 0], honest), Named);
        Refused("tee-policy-production", "A policy for real hardware refuses the simulator.", With(honest), v => v with { Require = VerificationLevel.Tee, AttestationPolicies = [Hardware.Production] });
        Refused("tee-other-root", "A simulator whose root the policy doesn't name.", With(other.Endorse(sound)));
        Refused("tee-other-build", "A build that the policy doesn't have.", With(machine.Endorse(sound, machine.Evidence(sound, "assay 0.6.0-patched"))));
        Refused("tee-other-key", "Endorsed with a key that the evidence isn't about.", With(machine.Endorse(sound, signer: other.Key)));
        Refused("tee-other-node", "Evidence about another node's software.", With(machine.Endorse(sound, machine.Evidence(sound, node: _other.KeySet.Digest))));
        Refused("tee-evidence-old", "Evidence from an hour and a second before.", With(machine.Endorse(sound, machine.Evidence(sound, at: Hardware.Issued.AddHours(-1).AddSeconds(-1)))));
        Refused("tee-evidence-from-the-future", "Evidence from after the receipt.", With(machine.Endorse(sound, machine.Evidence(sound, at: Hardware.Issued.AddMinutes(6)))));
        Refused("tee-confidential-without-a-key", "It says that the operator couldn't read it, and there was no key to encrypt to.", With(machine.Endorse(sound, machine.Evidence(sound), confidential: true)));
        Refused("tee-binding-of-other-evidence", "The report of one evidence with the binding of another.", With(machine.Endorse(sound,
            AttestationEvidence.Create(EvidenceType.Simulator, machine.Evidence(sound).Evidence.Span, machine.Evidence(sound, at: Hardware.Issued).Binding.Span))));
        Refused("tee-said-to-be-nitro", "A simulator's report, said to be a document of AWS.", With(machine.Endorse(sound,
            AttestationEvidence.Create(EvidenceType.AwsNitro, machine.Evidence(sound).Evidence.Span, machine.Evidence(sound).Binding.Span))));

        Useless("tee-evidence-missing", "Its evidence is missing.", With(AttachedEndorsement.Create(honest.Endorsement, null, null, null)));
        Useless("tee-evidence-swapped", "Evidence of another machine in its place.", With(AttachedEndorsement.Create(honest.Endorsement, other.Evidence(sound).Bytes, null, null)));
        Useless("tee-evidence-unreadable", "Evidence that can't be read.", With(machine.Endorse(sound.Envelope.Digest, "evidence"u8.ToArray(), Endorsement.QuestionsOfTee)));
        Useless("tee-made-later", "Endorsed five minutes and a millisecond after the receipt.", With(machine.Endorse(sound, at: Hardware.Issued.AddMinutes(5).AddMilliseconds(1))));
        Useless("tee-made-before", "Endorsed five minutes and a millisecond before it.", With(machine.Endorse(sound, at: Hardware.Issued.AddMinutes(-5).AddMilliseconds(-1))));
        Useless("tee-signature", "A bit of its signature.", With(AttachedEndorsement.Create(Resigned(honest, static cose => Forge.Flip(cose, -1)).Endorsement, honest.Evidence, null, null)));
        Useless("tee-other-receipt", "It is about another receipt.", With(machine.Endorse(sound, receipt: Digest32.Sha256("x"u8))));
        Useless("tee-one-question", "Hardware answers both questions, or none.", With(machine.Endorse(sound.Envelope.Digest, machine.Evidence(sound).Bytes, [Question.Model])));
        Useless("tee-refuted", "Hardware refutes nothing.", With(machine.Endorse(sound.Envelope.Digest, machine.Evidence(sound).Bytes, Endorsement.QuestionsOfTee, EndorsementFinding.Refuted)));
        Useless("tee-by-the-receipt-key", "The node's receipt key says so itself, with evidence about it.", With(machine.Endorse(sound, machine.Evidence(sound, key: _world.Signer.PublicKey), signer: _world.Signer)));
    }

    private byte[] InFloats(Hardware machine)
    {
        Bundle floats = Decoded(_world.Parts(Float()));
        return floats.WithEndorsements([machine.Endorse(floats)]).Encode();
    }
}
