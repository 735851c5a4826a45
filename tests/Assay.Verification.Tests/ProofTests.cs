using System.Text.Json;
using Assay.Primitives;
using Assay.Proofs.Keys;
using Assay.Receipts;
using Xunit.Abstractions;

namespace Assay.Verification.Tests;

/// <summary>Proofs that go with receipts (spec/proofs.md): what establishes, and that nothing else does.</summary>
public sealed class ProofTests(ITestOutputHelper output) : IDisposable
{
    private static readonly short[][] Five = [[1, 2, 3, 4], ProvenWorld.One, ProvenWorld.Two, [0, 0, 0, 0], [-16, -16, -16, -16]];

    private readonly World _world = new();

    private ProvenWorld Proven => field ??= new ProvenWorld(_world);

    [Fact]
    public void AProofWithARegistration_Establishes_AndSaysWhoseWord()
    {
        Verdict verdict = Verify(Proven.Receipt(ProvenWorld.One).WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register())));
        Assert.Equal(Outcome.Met, verdict.Outcome);
        foreach (Question question in Endorsement.QuestionsOfReplay)
        {
            QuestionResult result = verdict.Questions.Single(q => q.Question == question);
            Assert.Equal((QuestionStatus.Established, (Basis?)Basis.Zk), (result.Status, result.By));
            Assert.Equal(["proof/argument", "proof/registrar-honest"], result.Assumptions.Select(static a => a.Code));
            Assert.Contains("maker says that these are the model's", result.Sentence, StringComparison.Ordinal);
        }

        ProofFact fact = verdict.Receipt!.Proof!;
        Assert.Equal((Proven.Model.Key.Digest, 1, false), (fact.Key!.Value, fact.Batch, fact.ByWeights));
        Assert.True(fact.Bits >= 100);
        Assert.Contains(verdict.NotCovered, static r => r.Code == "proof/hides-nothing");
        Assert.DoesNotContain(verdict.NotCovered, static r => r.Code is "proof/left-out" or "replay/not-done");
        string text = VerdictText.Render(verdict);
        output.WriteLine(text);
        Assert.Contains("holds, 1", text, StringComparison.Ordinal);
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            VerdictJson.Write(writer, verdict);
        }

        JsonElement proof = JsonDocument.Parse(json.ToArray()).RootElement.GetProperty("receipt").GetProperty("proof");
        Assert.Equal(["key", "batch", "runs", "bytes", "bits", "registrations"], proof.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("counts", proof.GetProperty("registrations")[0].GetProperty("status").GetString());
    }

    [Fact]
    public void WeightsHere_NeedNobodysWord_AndOutweighIt()
    {
        Bundle bundle = Proven.Receipt(ProvenWorld.One).WithProof(Proven.Prove(ProvenWorld.One));
        Verdict here = Verify(bundle, weights: new Weights(Proven.Model.Key.Root));
        Assert.Equal(Outcome.Met, here.Outcome);
        Assert.Contains("proof/this-machine", here.Questions[0].Assumptions.Select(static a => a.Code));

        Bundle registered = bundle.WithProof(bundle.Proof!.WithRegistrations([Proven.Register()]));
        Verdict other = Verify(registered, weights: new Weights(default(Digest32)));
        Assert.Equal(Outcome.PolicyNotMet, other.Outcome);
        Assert.Equal(DetailCodes.ProofOtherRoot, Detail(other, CheckCodes.ProofModel));
        Assert.Equal(Outcome.Met, Verify(registered, weights: new Weights(null)).Outcome);
    }

    [Fact]
    public void ARequestOfManyItems_AndRequestsInOneProof()
    {
        ProofRegistration registration = Proven.Register();
        Assert.Equal(Outcome.Met, Verify(Proven.Receipt(ProvenWorld.One, ProvenWorld.Two).WithProof(Proven.Prove(Five, [1, 2], registration))).Outcome);
        Bundle first = Proven.Receipt(ProvenWorld.One);
        Assert.Equal(Outcome.Met, Verify(first.WithProof(Proven.Prove(Five, [1], registration))).Outcome);
        AttachedProof good = Proven.Prove(Five, [1], registration);
        AttachedProof neighbour = Proven.Prove(Five, [2], registration);
        AttachedProof With(Func<ProofOpening, ProofOpening> change) => AttachedProof.Many(good.Key, 5, good.RunsDigest, [change(good.Openings[0])], good.Proof, good.Registrations);

        NotProved(first, neighbour, "zk/run-path");
        NotProved(first, With(o => o with { Run = 2 }), "zk/run-path");
        NotProved(first, With(o => o with { Path = neighbour.Openings[0].Path }), "zk/run-path");
        NotProved(first, With(o => o with { Salt = neighbour.Openings[0].Salt }), "zk/run-path");
        NotProved(first, Proven.Prove(Five, [1, 2], registration), DetailCodes.ProofRuns);
        NotProved(first, AttachedProof.Many(good.Key, 5, new byte[32], good.Openings, good.Proof, good.Registrations), null);
        NotProved(first, AttachedProof.Many(good.Key, 6, good.RunsDigest, good.Openings, good.Proof, good.Registrations), "zk/length");
        NotProved(first, AttachedProof.One(good.Key, good.Proof, good.Registrations), "zk/length");
        NotProved(Proven.Receipt(ProvenWorld.One, ProvenWorld.Two), Proven.Prove(ProvenWorld.One, null, registration), DetailCodes.ProofRuns);
        NotProved(Proven.Receipt(ProvenWorld.Two, ProvenWorld.One), Proven.Prove(Five, [1, 2], registration), "zk/run-path");
    }

    [Fact]
    public void AProofOfSomethingElse_ShowsNothing_AndMakesNoHonestReceiptFail()
    {
        ProofRegistration registration = Proven.Register();
        AttachedProof good = Proven.Prove(ProvenWorld.One, null, registration);
        Bundle receipt = Proven.Receipt(ProvenWorld.One);
        NotProved(receipt, Proven.Prove(ProvenWorld.Two, null, registration), null);
        NotProved(receipt, Proven.Prove(ProvenWorld.One, Proven.Other, Proven.Register(Proven.Other)), DetailCodes.ProofOtherModel);
        NotProved(receipt, AttachedProof.One(Proven.Other.Key.Bytes, good.Proof, [registration]), DetailCodes.ProofOtherModel);
        NotProved(receipt, AttachedProof.One(good.Key[..^1], good.Proof, [registration]), null);
        foreach (int at in new[] { 0, 40, good.Proof.Length / 2, good.Proof.Length - 1 })
        {
            NotProved(receipt, AttachedProof.One(good.Key, Forge.Flip(good.Proof.ToArray(), at), [registration]), null);
        }

        NotProved(receipt, AttachedProof.One(good.Key, good.Proof[..^32], [registration]), null);

        // A lie of the node's, with the honest proof: the proof is of what the program gives.
        short[][] lie = Proven.Model.Outputs([ProvenWorld.One]);
        lie[0][1]++;
        NotProved(Proven.Receipt(VerificationLevel.Zk, 0, ProvenWorld.Floats(ProvenWorld.One), lie, Proven.Model.Model.Id), good, null);

        // Asked for no more than a signature, it stays a good receipt.
        Verdict signed = Verify(receipt.WithProof(AttachedProof.One(good.Key, Forge.Flip(good.Proof.ToArray(), 40), [registration])), require: VerificationLevel.Signed);
        Assert.Equal(Outcome.Met, signed.Outcome);
        Assert.Contains(signed.NotCovered, static r => r.Code == "proof/left-out");
    }

    [Fact]
    public void AKeyOfThatModel_WithOtherWeightsUnderItsRoot_IsWorthWhatItsRegistrarIs()
    {
        Bundle receipt = Proven.Receipt(VerificationLevel.Zk, 0, ProvenWorld.Floats(ProvenWorld.One), Proven.Swapped.Outputs([ProvenWorld.One]), Proven.Model.Model.Id);
        AttachedProof proof = Proven.Prove(ProvenWorld.One, Proven.Swapped, Proven.Register());
        Verdict verdict = Verify(receipt.WithProof(proof));
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.Equal(DetailCodes.ProofRegistrationUseless, Detail(verdict, CheckCodes.ProofModel));
        Assert.Null(Detail(verdict, CheckCodes.ProofOutput));
        Assert.Equal(DetailCodes.ProofOtherRoot, Detail(Verify(receipt.WithProof(proof), weights: new Weights(Proven.Model.Key.Root)), CheckCodes.ProofModel));
    }

    [Fact]
    public void Registrations_CountIfANamedPublisherSignedThem_ForThisKey()
    {
        Bundle receipt = Proven.Receipt(ProvenWorld.One);
        void Useless(string detail, params ProofRegistration[] registrations)
        {
            Verdict verdict = Verify(receipt.WithProof(Proven.Prove(ProvenWorld.One, null, registrations)));
            Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
            Assert.Equal(detail, Detail(verdict, CheckCodes.ProofModel));
            Assert.Null(Detail(verdict, CheckCodes.ProofOutput));
            QuestionResult computed = verdict.Questions.Single(static q => q.Question == Question.ComputedRight);
            Assert.Equal((QuestionStatus.Asserted, (Basis?)Basis.Operator), (computed.Status, computed.By));
            Assert.Contains("assay trust add publisher", computed.Sentence, StringComparison.Ordinal);
        }

        Useless(DetailCodes.ProofNotRegistered);
        Useless(DetailCodes.ProofRegistrarNotNamed, Proven.Register(signer: Proven.Stranger));
        Useless(DetailCodes.ProofRegisteredByOperator, Proven.Register(signer: _world.Signer));
        Useless(DetailCodes.ProofRegistrarNotNamed, Proven.Register(signer: _world.Signer), Proven.Register(signer: Proven.Stranger));
        Useless(DetailCodes.ProofRegistrationUseless, Proven.Register(Proven.Other));
        Useless(DetailCodes.ProofRegistrationUseless, Proven.Register(id: Proven.Other.Model.Id));
        Useless(DetailCodes.ProofRegistrationUseless, Proven.Register(key: default(Digest32)));
        Useless(DetailCodes.ProofRegistrationUseless, Spoiled(Proven.Register()));
        Assert.Equal(Outcome.Met, Verify(receipt.WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register(), Proven.Register(signer: Proven.Stranger), Proven.Register(signer: _world.Signer)))).Outcome);

        // On first use nobody is named.
        Verdict first = Verifier.Verify(new VerificationInput { Bundle = receipt.WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register())).Encode(), Now = World.Now, FirstUse = true });
        Assert.Equal(DetailCodes.ProofRegistrarNotNamed, Detail(first, CheckCodes.ProofModel));
    }

    [Fact]
    public void TheBoundary_IsRecomputed()
    {
        ProofRegistration registration = Proven.Register();
        short[] clamped = [15, -16, 0, 0];
        AttachedProof proof = Proven.Prove(clamped, null, registration);
        float[] inputs = [100f, -100f, 0.01f, -0.01f];
        Bundle Said(ulong saturated, short[]? outputs = null) => Proven.Receipt(VerificationLevel.Zk, saturated, inputs, [outputs ?? Proven.Model.Outputs([clamped])[0]], Proven.Model.Model.Id);
        Assert.Equal(Outcome.Met, Verify(Said(2).WithProof(proof)).Outcome);
        NotProved(Said(1), proof, DetailCodes.ProofSaturatedDiffers);

        ClaimValues claims = Claims(inputs);
        TensorValue[] Outputs(params float[] values) => [World.Tensor("y", [1, 3], values)];
        float[] right = [.. Proven.Model.Outputs([clamped])[0].Select(static q => q * 0.25f)];
        Assert.Equal(Outcome.Met, Verify(Proven.Receipt(claims, Outputs(right)).WithProof(proof)).Outcome);
        foreach (float bad in new[] { right[0] + 0.01f, float.NaN, float.PositiveInfinity, 1e30f, -0.0f, 4f, -4.25f })
        {
            NotProved(Proven.Receipt(claims, Outputs(bad, right[1], right[2])), proof, DetailCodes.ProofOutputs);
        }

        NotProved(Proven.Receipt(claims, [World.Tensor("z", [1, 3], right)]), proof, DetailCodes.ProofOutputs);
        NotProved(Proven.Receipt(claims, [World.Tensor("y", [3], right)]), proof, DetailCodes.ProofOutputs);
        NotProved(Proven.Receipt(claims with { RequestInputs = [World.Tensor("other", [1, 4], inputs)] }, Outputs(right)), proof, DetailCodes.ProofInputs);
        NotProved(Proven.Receipt(claims with { RequestInputs = [World.Tensor("x", [1, 4], 1f, 2f, 3f, float.NaN)] }, Outputs(right)), proof, DetailCodes.ProofInputs);
        NotProved(Proven.Receipt(claims with { ExecutionSemantics = WellKnown.FloatOnnxRuntime }, Outputs(right)), proof, DetailCodes.ProofSemanticsUnknown);
        NotProved(Proven.Receipt(claims with { ModelModelId = null }, Outputs(right)), proof, DetailCodes.Absent);
        Assert.Equal(Outcome.Met, Verify(Proven.Receipt(claims with { ExecutionSaturated = null, ExecutionSemantics = null }, Outputs(right)).WithProof(proof)).Outcome);
    }

    [Fact]
    public void WhatIsLeftOut_IsntGuessed()
    {
        Bundle receipt = Proven.Receipt(ProvenWorld.One).WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register()));
        Bundle noInputs = receipt.Redact(["model", "execution", "outputs", "request.policy"], out _, out _)!;
        Assert.Null(noInputs.Proof);
        Assert.Equal(DetailCodes.ProofNone, Detail(Verify(noInputs), CheckCodes.ProofOutput));

        // Whoever hands it on may put it back.
        Verdict verdict = Verify(noInputs.WithProof(receipt.Proof));
        Assert.Equal(DetailCodes.Redacted, Detail(verdict, CheckCodes.ProofOutput));
        Assert.Null(Detail(verdict, CheckCodes.ProofModel));
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.Equal(DetailCodes.Redacted, Detail(Verify(receipt.Redact(["request", "execution", "outputs"], out _, out _)!.WithProof(receipt.Proof)), CheckCodes.ProofModel));
        Assert.Equal(DetailCodes.Redacted, Detail(Verify(receipt.Redact(["request", "model", "execution"], out _, out _)!.WithProof(receipt.Proof)), CheckCodes.ProofOutput));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(128, false)]
    public void MinSoundnessBits_AreHeldAgainstTheBudget(int wanted, bool met)
    {
        Bundle receipt = Proven.Receipt(ProvenWorld.One).WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register()));
        int bits = Verify(receipt).Receipt!.Proof!.Bits!.Value;
        string policy = $$"""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":{{(wanted == 101 ? bits + 1 : wanted)}}}]}""";
        Verdict verdict = Verify(receipt, policy: policy);
        Assert.Equal(met ? Outcome.Met : Outcome.PolicyNotMet, verdict.Outcome);
        Assert.True(met || verdict.Unmet[0].Reason == UnmetReasons.Parameter);
    }

    [Fact]
    public void ProvedAndReplayed_MeetsEither()
    {
        VerificationLevel both = VerificationLevel.Replay.Join(VerificationLevel.Zk);
        Bundle receipt = Proven.Receipt(both, 0, ProvenWorld.One);
        Bundle proved = receipt.WithProof(Proven.Prove(ProvenWorld.One, null, Proven.Register()));
        Assert.Equal(Outcome.PolicyNotMet, Verify(proved).Outcome);
        TensorValue[] outputs = [World.Tensor("y", [1, 3], [.. Proven.Model.Outputs([ProvenWorld.One])[0].Select(static q => q * 0.25f)])];
        FixedReplayer replayer = new(new ReplayResult.Ran(outputs, 0));
        Verdict verdict = Verify(proved, replayer: replayer);
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(["proof/argument", "proof/registrar-honest", "replay/this-machine"], verdict.Questions[0].Assumptions.Select(static a => a.Code));
        Assert.Contains("Run again here", verdict.Questions[2].Sentence, StringComparison.Ordinal);
        Assert.Equal(Outcome.PolicyNotMet, Verify(receipt, replayer: replayer).Outcome);

        // What a replay refutes, no proof saves.
        Verdict refuted = Verify(proved, replayer: new FixedReplayer(new ReplayResult.Ran([World.Tensor("y", [1, 3], 1f, 1f, 1f)], 0)));
        Assert.Equal(Outcome.Untrusted, refuted.Outcome);
        Assert.Equal(DetailCodes.ProofEarlierFailure, Detail(refuted, CheckCodes.ProofOutput));
    }

    [Fact]
    public void Refresh_TakesAProofThatHolds_AndGivesNoneUp()
    {
        Bundle bare = Proven.Receipt(ProvenWorld.One);
        AttachedProof good = Proven.Prove(ProvenWorld.One, null, Proven.Register());
        AttachedProof damaged = AttachedProof.One(good.Key, Forge.Flip(good.Proof.ToArray(), 40), []);
        Bundle Merged(AttachedProof? mine, AttachedProof? theirs) => BundleRefresh.Merge(bare.WithProof(mine), bare.WithProof(theirs))!;
        Assert.Same(good, Merged(null, good).Proof);
        Assert.Same(good, Merged(damaged, good).Proof);
        Assert.Null(Merged(null, damaged).Proof);
        Assert.Same(good, Merged(good, damaged).Proof);
        Assert.Same(good, Merged(good, null).Proof);
        Assert.Equal(2, Merged(good, good.WithRegistrations([Proven.Register(signer: Proven.Stranger)])).Proof!.Registrations.Length);
    }

    [Fact]
    public void Mutated_NeverThrow_AndNeverEstablish()
    {
        byte[] sound = Proven.Receipt(ProvenWorld.One).WithProof(Proven.Prove(Five, [1], Proven.Register())).Encode();
        Random random = new(7);
        int from = sound.AsSpan().IndexOf(Proven.Model.Key.Bytes.Span);
        for (int i = 0; i < 150; i++)
        {
            byte[] bytes = [.. sound];
            bytes[random.Next(from, bytes.Length)] ^= (byte)(1 << random.Next(8));
            Verdict verdict = Verifier.Verify(Input(bytes));
            Assert.True(verdict.Outcome is not Outcome.Met, $"mutation {i}");
        }
    }

    public void Dispose() => _world.Dispose();

    // Any bit of a registration's signature.
    private static ProofRegistration Spoiled(ProofRegistration registration) =>
        ProofRegistration.TryDecode(Forge.Flip(registration.Bytes.ToArray(), registration.Bytes.Length - 40), out _)!;

    private ClaimValues Claims(float[] inputs) => _world.Answer(VerificationLevel.Zk) with
    {
        RequestWireDigest = null,
        RequestInputs = [World.Tensor("x", [1, 4], inputs)],
        ModelName = "small",
        ModelModelId = Proven.Model.Model.Id,
        ModelStatement = null,
        ExecutionSaturated = 2,
        OutputWireDigest = null,
        OutputParts = 1,
    };

    private void NotProved(Bundle receipt, AttachedProof proof, string? detail)
    {
        Verdict verdict = Verify(receipt.WithProof(proof));
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
        Assert.DoesNotContain(verdict.Checks, static c => c.Result == CheckResult.Fail);
        string? found = Detail(verdict, CheckCodes.ProofOutput);
        Assert.NotNull(found);
        Assert.Equal(detail ?? found, found);
    }

    private Verdict Verify(Bundle bundle, VerificationLevel? require = null, string? policy = null, IModelWeights? weights = null, IReplayer? replayer = null) =>
        Verifier.Verify(Input(bundle.Encode()) with
        {
            Require = require,
            Policy = policy is null ? null : PolicyDocument.TryRead(System.Text.Encoding.UTF8.GetBytes(policy), out _),
            Weights = weights,
            Replayer = replayer,
        });

    private VerificationInput Input(byte[] bundle) => new() { Bundle = bundle, Now = World.Now, Trust = World.ParseTrust(Proven.TrustText) };

    private static string? Detail(Verdict verdict, string check) => verdict.Checks.Single(c => c.Code == check).Detail;

    private sealed class Weights(Digest32? root) : IModelWeights
    {
        public Digest32? RootOf(in ModelId model, ProofKey key) => root;
    }
}
