using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Proving;

/// <summary>Answers that are proved, by a real node with the real prover, checked by the verifier alone.</summary>
public sealed class ProofServiceTests
{
    private const string Inputs = "\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]";
    private static readonly VerificationLevel Both = VerificationLevel.Replay.Join(VerificationLevel.Zk);

    [Fact]
    public async Task AfterEvidence_TheAnswerComesWithItsProof_AndVerifiesWithTheNodeOff()
    {
        Answer answer;
        TrustFile trust;
        await using (NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve()]))
        {
            trust = ProofModels.Trust(node);
            answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Zk, CancellationToken.None);
            (_, string models, _) = await node.SendAsync(HttpMethod.Get, "v1/models/tiny");
            using JsonDocument described = JsonDocument.Parse(models);
            Assert.Equal(["signed", "replay", "zk", "replay+zk"], described.RootElement.GetProperty("levels").EnumerateArray().Select(static l => l.GetString()));
            Assert.True(described.RootElement.GetProperty("proof").GetProperty("bits").GetInt32() >= 100);
            Assert.Equal(ProofModels.Key, await node.Client.GetAsync("v1/models/tiny/proof-key", CancellationToken.None));
            Assert.Equal("done", await State(node, answer.ReceiptId));
        }

        Verdict verdict = Verify(answer, trust);
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(Basis.Zk, verdict.Questions.Single(static q => q.Question == Question.ComputedRight).By);
        Assert.Equal(VerificationLevel.Zk, verdict.Receipt!.RequestedLevel);

        // Who doesn't believe the publisher, or leaves the inputs out, has the operator's word.
        TrustFile nodeOnly = TrustFile.TryParse(Encoding.UTF8.GetBytes(string.Join('\n', verdict.Receipt.TrustLines)), out _, out _)!;
        Assert.Equal(Outcome.PolicyNotMet, Verify(answer, nodeOnly).Outcome);
        Bundle shown = Bundle.TryDecode(answer.Bundle, out _)!.Redact(["request.policy", "model", "execution", "outputs"], out _, out _)!;
        Assert.Equal(DetailCodes.ProofNone, Verifier.Verify(new VerificationInput { Bundle = shown.Encode(), Trust = trust, Now = TimeProvider.System.GetUtcNow() }).Checks.Single(static c => c.Code == CheckCodes.ProofOutput).Detail);
    }

    [Fact]
    public async Task Provisional_TheAnswerLeavesAtOnce_AndTheProofFollows()
    {
        GatedEngine engine = null!;
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(engine: real => engine = new GatedEngine(real))]);
        engine.Gate.Reset();
        PendingAnswer pending = await node.Client.AskForBundleLaterAsync("tiny", AssayClient.FormatRequest([NodeFixture.Input(1, 2)], Both), CancellationToken.None);
        Assert.Contains(await State(node, pending.ReceiptId), new[] { "queued", "proving" });
        byte[] early = await node.Client.GetBundleAsync(pending.ReceiptId, pending.ReceiptSecret, CancellationToken.None);
        Assert.Null(Bundle.TryDecode(early, out _)!.Proof);
        engine.Gate.Set();
        Answer answer = await Proved(node, pending);
        Verdict verdict = Verify(answer, ProofModels.Trust(node), new ProgramReplayer([TestModels.Tiny()]));
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(Outcome.PolicyNotMet, Verify(answer, ProofModels.Trust(node)).Outcome);
    }

    [Fact]
    public async Task RequestsOfOneKey_AreProvedTogether_OthersAreNot()
    {
        using ApiKeys keys = new();
        GatedEngine engine = null!;
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(engine: real => engine = new GatedEngine(real))], keyFile: keys.Path, options: static o => o with { ProofWait = TimeSpan.FromMilliseconds(50) });
        engine.Gate.Reset();

        // One keeps the prover busy, so that the others wait together.
        PendingAnswer first = await keys.AskAsync(node, "alice", 0);
        await Until(async () => await State(node, first.ReceiptId) == "proving");
        PendingAnswer[] alice = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => keys.AskAsync(node, "alice", i)));
        PendingAnswer bob = await keys.AskAsync(node, "bob", 9);
        PendingAnswer[] open = await Task.WhenAll(keys.AskAsync(node, "open1", 10), keys.AskAsync(node, "open2", 11));
        Assert.Contains(await State(node, alice[0].ReceiptId), new[] { "queued" });
        engine.Gate.Set();
        TrustFile trust = ProofModels.Trust(node);
        List<int> runs = [];
        foreach (PendingAnswer pending in alice)
        {
            Answer answer = await Proved(node, pending);
            Verdict verdict = Verify(answer, trust, new ProgramReplayer([TestModels.Tiny()]));
            Assert.Equal(Outcome.Met, verdict.Outcome);
            Assert.Equal(5, verdict.Receipt!.Proof!.Batch);
            runs.AddRange(verdict.Receipt.Proof.Runs);
        }

        Assert.Equal(Enumerable.Range(0, 5), runs.Order());
        Assert.Equal(1, Bundle.TryDecode((await Proved(node, bob)).Bundle, out _)!.Proof!.Batch);
        Assert.Equal([2, 2], (await Task.WhenAll(open.Select(pending => Proved(node, pending)))).Select(static answer => Bundle.TryDecode(answer.Bundle, out _)!.Proof!.Batch));
        Assert.Equal([1, 1, 2, 5], engine.Batches.Order());
    }

    [Fact]
    public async Task ARequestOfManyItems_IsOneProof()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve()], options: static o => o with { ProofBatch = 3 });
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2, 3, 4, 5, 6)], VerificationLevel.Zk, CancellationToken.None);
        Verdict verdict = Verify(answer, ProofModels.Trust(node));
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(3, verdict.Receipt!.Proof!.Batch);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"zk\",\"inputs\":[{\"name\":\"x\",\"shape\":[4,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8]}]}");
        Assert.Equal(422, status);
        Assert.Contains("zk/items", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCantBeProvedInTime_IsRefusedBeforeWork()
    {
        GatedEngine engine = null!;
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(engine: real => engine = new GatedEngine(real) { Milliseconds = 60_000 }), TestModels.Serve("bare")]);
        (int status, string body, _) = await Ask("""{"require":[{"question":"computed-right","by":["zk"]}],"deadline":"2s"}""");
        Assert.Equal(422, status);
        Assert.Contains("zk/deadline", body, StringComparison.Ordinal);
        (status, body, _) = await Ask("\"zk\"");
        Assert.Equal(422, status);
        Assert.Contains("60", body, StringComparison.Ordinal);
        Assert.Empty(engine.Batches);

        // A key that the compiler wouldn't make any more; bits beyond the budget; a model without a key.
        engine.Milliseconds = 1;
        engine.Unusable = "zk/key-outdated";
        (status, body, _) = await Ask("\"zk\"");
        Assert.Equal(422, status);
        Assert.Contains("zk/key-outdated", body, StringComparison.Ordinal);
        engine.Unusable = null;
        (status, body, _) = await Ask("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":128}]}""");
        Assert.Equal(422, status);
        Assert.Contains("wants proofs of 128 bits, and this model's have 1", body, StringComparison.Ordinal);
        (status, body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/bare/infer", "{\"verification\":\"zk\"," + Inputs + "}");
        Assert.Equal(422, status);
        Assert.Contains("zk/not-registered", body, StringComparison.Ordinal);
        (status, _, _) = await Ask("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":100}]}""");
        Assert.Equal(200, status);
        (status, body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"tee+zk\"," + Inputs + "}");
        Assert.Equal(422, status);

        // Nothing of it was run: key set, and the one answer.
        Assert.Contains("\n2\n", Encoding.UTF8.GetString(await node.Client.GetAsync("log/checkpoint", CancellationToken.None)), StringComparison.Ordinal);

        Task<(int Status, string Body, HttpResponseMessage Response)> Ask(string verification) =>
            node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":" + verification + "," + Inputs + "}");
    }

    [Fact]
    public async Task WhatHasNoProof_IsRefused_NamingTheOperation()
    {
        TensorType x = new([2], 1, 100);
        ExactProgram program = ExactProgram.Create(
            [new ProgramInput("x", x, null, [0.0], [1.0], OutOfRange.Clamp)], [], [],
            [new DivideOperation(0, 0, 4, new TensorType([2], -100, 100))], [new ProgramOutput("y", 1, 1.0)], out _)!;
        ExactModel model = ExactModel.Create(program, WeightsBlob.Create(program, Array.Empty<byte>(), out _)!, out _)!;
        ModelTerms terms = new("ratio", "entertainment", null, WeightsPublic: true) { Unprovable = CatalogLoader.Unprovable(model, null) };
        await using NodeFixture node = await NodeFixture.StartAsync([ServedModels.Create(model, terms, "divides", "{}"u8.ToArray(), new ExactRunner(model))]);
        foreach (string verification in new[] { "\"zk\"", """{"require":[{"question":"computed-right","by":["zk"]}]}""" })
        {
            (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/ratio/infer", "{\"verification\":" + verification + "," + Inputs + "}");
            Assert.Equal(422, status);
            Assert.Contains("zk/operation", body, StringComparison.Ordinal);
            Assert.Contains("divide", body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatDoesntCome_IsWithheld_AndTheLogSaysSo(bool late)
    {
        GatedEngine engine = null!;
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(engine: real => engine = new GatedEngine(real))]);
        engine.Error = late ? null : "zk/test";
        if (late)
        {
            engine.Gate.Reset();
        }

        (int status, string body, HttpResponseMessage response) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer",
            "{\"verification\":{\"require\":[{\"question\":\"computed-right\",\"by\":[\"zk\"]}],\"deadline\":\"" + (late ? "500ms" : "25s") + "\"}," + Inputs + "}");
        Assert.Equal(424, status);
        Assert.Contains(late ? "The proof wasn't ready in time" : "There is no proof (zk/test)", body, StringComparison.Ordinal);
        using JsonDocument error = JsonDocument.Parse(body);
        Assert.True(ReceiptId.TryParse(error.RootElement.GetProperty("receipt").GetString(), out ReceiptId id));
        engine.Gate.Set();
        byte[] bytes = await node.Client.GetBundleAsync(id, Assert.Single(response.Headers.GetValues("Assay-Receipt-Secret")), CancellationToken.None);
        Bundle bundle = Bundle.TryDecode(bytes, out _)!;
        Assert.All(bundle.Output.Parts, Assert.Null);
        Assert.Null(bundle.Proof);
        Endorsement expired = Assert.Single(bundle.Endorsements).Endorsement;
        Assert.Equal((Basis.Zk, EndorsementFinding.Expired), (expired.By, expired.Finding));
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bytes, Trust = node.Trust, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(QuestionStatus.Expired, verdict.Questions.Single(static q => q.Question == Question.ComputedRight).Status);
    }

    [Fact]
    public async Task AnAnswerThatTheProgramDoesntGive_HasNoProof()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(runner: new Liar())]);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"zk\"," + Inputs + "}");
        Assert.Equal(424, status);
        Assert.Contains("zk/outputs-differ", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobsSurviveARestart()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            PendingAnswer[] pending;
            GatedEngine engine = null!;
            await using (NodeFixture node = await NodeFixture.StartAsync([ProofModels.Serve(engine: real => engine = new GatedEngine(real))], folder: folder))
            {
                engine.Gate.Reset();
                pending = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => node.Client.AskForBundleLaterAsync("tiny", AssayClient.FormatRequest([NodeFixture.Input(i, 2)], Both), CancellationToken.None)));
            }

            await using NodeFixture again = await NodeFixture.StartAsync([ProofModels.Serve()], folder: folder);
            foreach (PendingAnswer one in pending)
            {
                await Until(async () => await State(again, one.ReceiptId) == "done");
                Bundle bundle = Bundle.TryDecode(await again.Client.GetBundleAsync(one.ReceiptId, one.ReceiptSecret, CancellationToken.None), out _)!;
                Assert.Equal(Outcome.PolicyNotMet, Verify(bundle.Encode(), ProofModels.Trust(again), null).Outcome);
                Assert.Equal(Outcome.Met, Verify(bundle.Encode(), ProofModels.Trust(again), new ProgramReplayer([TestModels.Tiny()])).Outcome);
            }

            Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "proofs", "jobs")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Answer> Proved(NodeFixture node, PendingAnswer pending)
    {
        await Until(async () => await State(node, pending.ReceiptId) == "done");
        return await node.Client.CompleteAsync(pending, CancellationToken.None);
    }

    private static async Task<string> State(NodeFixture node, ReceiptId id)
    {
        using JsonDocument json = JsonDocument.Parse(await node.Client.GetAsync($"v1/receipts/{id}/proof", CancellationToken.None));
        return json.RootElement.GetProperty("state").GetString()!;
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 1200 && !await condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(await condition());
    }

    private static Verdict Verify(Answer answer, TrustFile trust, IReplayer? replayer = null) => Verify(answer.Bundle, trust, replayer);

    private static Verdict Verify(ReadOnlyMemory<byte> bundle, TrustFile trust, IReplayer? replayer) =>
        Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = trust, Now = TimeProvider.System.GetUtcNow(), Replayer = replayer });

    private sealed class Liar : IModelRunner
    {
        private readonly ExactRunner _honest = new(TestModels.Tiny());

        public string Backend => _honest.Backend;

        public string Semantics => _honest.Semantics;

        public string InstructionSet => _honest.InstructionSet;

        public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
        {
            RunOutcome outcome = _honest.Run(inputs);
            byte[] data = outcome.Outputs[0].Data.ToArray();
            BitConverter.TryWriteBytes(data, 7f);
            return outcome with { Outputs = [TensorValue.Create("y", outcome.Outputs[0].Shape, data)] };
        }

        public void Dispose() => _honest.Dispose();
    }
}
