using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    /// <summary>Those of proofs that go with receipts, in a folder of their own: spec/vectors/receipt-proofs.</summary>
    public static IReadOnlyList<VectorCase> OfProofs { get; } = BuildProofs();

    private static List<VectorCase> BuildProofs()
    {
        using VectorCatalogue catalogue = new(empty: true);
        catalogue.AddProofs();
        return catalogue._cases;
    }

    private void AddProofs()
    {
        ProvenWorld proven = new(_world);
        short[][] five = [[1, 2, 3, 4], ProvenWorld.One, ProvenWorld.Two, [0, 0, 0, 0], [-16, -16, -16, -16]];
        ProofRegistration registration = proven.Register();
        Bundle receipt = proven.Receipt(ProvenWorld.One);
        AttachedProof good = proven.Prove(ProvenWorld.One, null, registration);
        AttachedProof many = proven.Prove(five, [1], registration);
        AttachedProof next = proven.Prove(five, [2], registration);
        Func<VectorCase, VectorCase> trusting = v => v with { Trust = proven.TrustText };
        Func<VectorCase, VectorCase> Requiring(string policy) => v => trusting(v) with { Policy = policy };
        AttachedProof Opened(Func<ProofOpening, ProofOpening> change) => AttachedProof.Many(many.Key, 5, many.RunsDigest, [change(many.Openings[0])], many.Proof, many.Registrations);
        void Shows(string name, string note, Bundle bundle, AttachedProof proof) => Met(name, note, bundle.WithProof(proof).Encode(), trusting);
        void ShowsNot(string name, string note, Bundle bundle, AttachedProof proof) => NotMet(name, note, bundle.WithProof(proof).Encode(), trusting);

        Shows("proof-one-run", "A proof of one run, registered by a named publisher.", receipt, good);
        Shows("proof-of-five", "One of five runs in a proof.", receipt, many);
        Shows("proof-two-of-five", "Both items of a request in a proof of five runs.", proven.Receipt(ProvenWorld.One, ProvenWorld.Two), proven.Prove(five, [1, 2], registration));
        Shows("proof-registered-by-many", "A stranger and the node register the key too.", receipt, proven.Prove(ProvenWorld.One, null, registration, proven.Register(signer: proven.Stranger), proven.Register(signer: _world.Signer)));
        Shows("proof-clamped", "Inputs beyond the range, clamped as the receipt says.",
            proven.Receipt(VerificationLevel.Zk, 2, [100f, -100f, 0.01f, -0.01f], proven.Model.Outputs([[15, -16, 0, 0]]), proven.Model.Model.Id), proven.Prove([15, -16, 0, 0], null, registration));
        Met("proof-bits", "As many bits as every proof has.", receipt.WithProof(good).Encode(), Requiring("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":100}]}"""));
        NotMet("proof-bits-more", "More bits than the budget has.", receipt.WithProof(good).Encode(), Requiring("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":128}]}"""));
        Met("proof-damaged-not-asked", "A damaged proof, where a signature is enough.", receipt.WithProof(AttachedProof.One(good.Key, Forge.Flip(good.Proof.ToArray(), 40), [registration])).Encode(), v => trusting(v) with { Require = VerificationLevel.Signed });

        ShowsNot("proof-unregistered", "Nobody ties the key to the model.", receipt, good.WithRegistrations([]));
        ShowsNot("proof-registered-by-stranger", "Somebody does, whom the trust file doesn't name.", receipt, good.WithRegistrations([proven.Register(signer: proven.Stranger)]));
        ShowsNot("proof-registered-by-operator", "The node does.", receipt, good.WithRegistrations([proven.Register(signer: _world.Signer)]));
        ShowsNot("proof-registration-of-other-key", "A registration of another model's key.", receipt, good.WithRegistrations([proven.Register(proven.Other)]));
        ShowsNot("proof-registration-spoiled", "A registration whose signature doesn't hold.", receipt, good.WithRegistrations([Spoiled(registration)]));
        ShowsNot("proof-other-root", "A key of that model with other weights under its root, and the registration of the right one.",
            proven.Receipt(VerificationLevel.Zk, 0, ProvenWorld.Floats(ProvenWorld.One), proven.Swapped.Outputs([ProvenWorld.One]), proven.Model.Model.Id), proven.Prove(ProvenWorld.One, proven.Swapped, registration));
        ShowsNot("proof-other-model", "Key and proof of another model.", receipt, proven.Prove(ProvenWorld.One, proven.Other, proven.Register(proven.Other)));
        ShowsNot("proof-of-other-receipt", "The proof of another receipt of the same model.", receipt, proven.Prove(ProvenWorld.Two, null, registration));
        ShowsNot("proof-damaged", "One bit of the proof is flipped.", receipt, AttachedProof.One(good.Key, Forge.Flip(good.Proof.ToArray(), 40), [registration]));
        ShowsNot("proof-cut", "The last 32 bytes are missing.", receipt, AttachedProof.One(good.Key, good.Proof[..^32], [registration]));
        ShowsNot("proof-key-cut", "The key can't be read.", receipt, AttachedProof.One(good.Key[..^1], good.Proof, [registration]));
        ShowsNot("proof-other-run", "The opening is the neighbour's.", receipt, next);
        ShowsNot("proof-run-number", "The neighbour's number.", receipt, Opened(static o => o with { Run = 2 }));
        ShowsNot("proof-run-path", "The neighbour's path.", receipt, Opened(o => o with { Path = next.Openings[0].Path }));
        ShowsNot("proof-run-salt", "The neighbour's salt.", receipt, Opened(o => o with { Salt = next.Openings[0].Salt }));
        ShowsNot("proof-runs-digest", "Another digest of the runs.", receipt, AttachedProof.Many(many.Key, 5, new byte[32], many.Openings, many.Proof, many.Registrations));
        ShowsNot("proof-batch", "Another number of runs.", receipt, AttachedProof.Many(many.Key, 6, many.RunsDigest, many.Openings, many.Proof, many.Registrations));
        ShowsNot("proof-batch-as-one", "A proof of five as one of one.", receipt, AttachedProof.One(many.Key, many.Proof, many.Registrations));
        ShowsNot("proof-openings", "Two openings for one item.", receipt, proven.Prove(five, [1, 2], registration));
        ShowsNot("proof-saturated", "Another number of clamped elements than the receipt says.",
            proven.Receipt(VerificationLevel.Zk, 1, [100f, -100f, 0.01f, -0.01f], proven.Model.Outputs([[15, -16, 0, 0]]), proven.Model.Model.Id), proven.Prove([15, -16, 0, 0], null, registration));
        short[][] lie = proven.Model.Outputs([ProvenWorld.One]);
        lie[0][1]++;
        ShowsNot("proof-lie", "The node signed another output, and sends the honest proof.", proven.Receipt(VerificationLevel.Zk, 0, ProvenWorld.Floats(ProvenWorld.One), lie, proven.Model.Model.Id), good);
        ShowsNot("proof-of-float", "The receipt says that something else than an exact program ran.",
            proven.Receipt(VerificationLevel.Zk, 0, ProvenWorld.Floats(ProvenWorld.One), proven.Model.Outputs([ProvenWorld.One]), proven.Model.Model.Id, WellKnown.FloatOnnxRuntime), good);
        ShowsNot("proof-inputs-redacted", "The inputs are left out, and the proof was put back.", receipt.Redact(["model", "execution", "outputs", "request.policy"], out _, out _)!, good);
        ShowsNot("proof-outputs-redacted", "The outputs are.", receipt.Redact(["request", "model", "execution"], out _, out _)!, good);
        NotMet("proof-replay-too", "A proof, where a replay is asked for too.", proven.Receipt(VerificationLevel.Replay.Join(VerificationLevel.Zk), 0, ProvenWorld.One).WithProof(good).Encode(), trusting);
        Untrusted("proof-earlier-failure", "Signed by somebody else's node: the proof isn't looked at.", [CheckCodes.KeySetTrusted, CheckCodes.LogTrusted], receipt.WithProof(good).Encode(), v => v with { Trust = $"publisher maker {proven.Publisher.PublicKey.Thumbprint()}\n" });
        NotMet("proof-first-use", "Without a trust file nobody is named.", receipt.WithProof(good).Encode(), static v => v with { Trust = null, FirstUse = true });
    }

    private static ProofRegistration Spoiled(ProofRegistration registration) =>
        ProofRegistration.TryDecode(Forge.Flip(registration.Bytes.ToArray(), registration.Bytes.Length - 40), out _)!;
}
