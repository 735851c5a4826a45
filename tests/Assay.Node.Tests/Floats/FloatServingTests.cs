using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Client;
using Assay.Node.Serving;
using Assay.OnnxRuntime;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Node.Tests.Floats;

/// <summary>A float model on a real node: what it is good for, what it is refused for, and who finds out if it poses as exact.</summary>
public sealed class FloatServingTests
{
    private const string Mixed = """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]},{"name":"n","datatype":"FP32","shape":[2],"data":[41,-5]}]}""";

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task Signed_IsEstablished_AndNothingExactIsClaimed()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([FloatFixtures.Serve("tiny")]);
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2, 3, 4)], VerificationLevel.Signed, CancellationToken.None);
        float[] values = MemoryMarshal.Cast<byte, float>(answer.OutputsUnchecked("test")[0].Data.Span).ToArray();
        Assert.Equal([5f, -1f, 11f, -1f], values.Select(static v => MathF.Round(v, 2)));

        DisclosedClaims claims = Bundle.TryDecode(answer.Bundle, out _)!.Claims;
        Assert.Equal(FloatRuntime.Load().Backend, claims.Text(ClaimRegistry.ExecutionBackend));
        Assert.Matches("^onnxruntime/[0-9.]+ sha256:[0-9a-f]{64} opt=basic threads=1$", claims.Text(ClaimRegistry.ExecutionBackend));
        Assert.Equal("float32/onnxruntime", claims.Text(ClaimRegistry.ExecutionSemantics));
        Assert.Equal(FloatRuntime.Load().InstructionSet, claims.Text(ClaimRegistry.ExecutionInstructionSet));
        Assert.Equal(LeafState.Absent, claims.State(ClaimRegistry.ExecutionSaturated));
        Assert.Equal(FloatFixtures.Model("tiny").Id.Value, claims.Digest(ClaimRegistry.ModelModelId));

        Verdict verdict = node.Client.Check(answer, new CheckOptions { Trust = node.Trust });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.All(new[] { Question.Model, Question.ComputedRight }, q => Assert.Equal(QuestionStatus.Asserted, verdict.Questions.Single(r => r.Question == q).Status));
        Assert.DoesNotContain("assay verify --replay", VerdictText.Render(verdict, allChecks: true), StringComparison.Ordinal);

        // Who has the exact program doesn't run that instead.
        Verdict replayed = node.Client.Check(answer, new CheckOptions { Trust = node.Trust, Require = VerificationLevel.Replay, Replayer = new ProgramReplayer([TestModels.Tiny()]) });
        Assert.Equal(Outcome.PolicyNotMet, replayed.Outcome);
        Assert.Equal("replay/semantics-unknown", replayed.Checks.Single(static c => c.Code == "replay/model").Detail);
    }

    [OracleTheory(Oracle.OnnxRuntime)]
    [InlineData("\"replay\"", "float model")]
    [InlineData("\"zk\"", "float model")]
    [InlineData("\"tee\"", "tee")]
    [InlineData("\"signed+replay\"", "float model")]
    [InlineData("""{"require":[{"question":"computed-right","by":["replay"]}],"release":"provisional"}""", "float model")]
    [InlineData("""{"require":[{"question":"model","by":["replay"]}]}""", "float model")]
    public async Task MoreThanSigned_IsRefusedBeforeAnyWork(string verification, string why)
    {
        CountingRunner runner = new(FloatFixtures.Runner("tiny"));
        ServedModel honest = FloatFixtures.Serve("tiny");
        ServedModel counted = new()
        {
            Id = honest.Id, Terms = honest.Terms, Description = "", Inputs = honest.Inputs, Outputs = honest.Outputs, Runner = runner,
            Program = default, Weights = default, Statement = honest.Statement, StatementDigest = honest.StatementDigest,
        };
        await using NodeFixture node = await NodeFixture.StartAsync([counted]);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "/v2/models/tiny/infer", $$"""{"verification":{{verification}},"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        Assert.Equal(422, status);
        Assert.Contains("\"verification_unsatisfiable\"", body, StringComparison.Ordinal);
        Assert.Contains(why, body, StringComparison.Ordinal);
        using JsonDocument reply = JsonDocument.Parse(body);
        Assert.Contains("\"signed\"", reply.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"replay\"]", body, StringComparison.Ordinal);
        Assert.Equal(0, runner.Runs);
        honest.Dispose();
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task TheNodeSaysWhatItIs()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([FloatFixtures.Serve("mixed"), TestModels.Serve()]);
        using JsonDocument model = JsonDocument.Parse((await node.SendAsync(HttpMethod.Get, "/v1/models/mixed")).Body);
        Assert.False(model.RootElement.GetProperty("exact").GetBoolean());
        Assert.Equal("float32/onnxruntime", model.RootElement.GetProperty("semantics").GetString());
        Assert.Equal(["signed"], model.RootElement.GetProperty("levels").EnumerateArray().Select(static l => l.GetString()));
        using JsonDocument metadata = JsonDocument.Parse((await node.SendAsync(HttpMethod.Get, "/v2/models/mixed")).Body);
        Assert.Equal([-1, 2], metadata.RootElement.GetProperty("inputs")[1].GetProperty("shape").EnumerateArray().Select(static d => d.GetInt32()));
        foreach (string file in new[] { "program", "weights" })
        {
            (int status, string body, _) = await node.SendAsync(HttpMethod.Get, $"/v1/models/mixed/{file}");
            Assert.Equal(409, status);
            Assert.Contains("\"model_not_exact\"", body, StringComparison.Ordinal);
        }

        using JsonDocument exact = JsonDocument.Parse((await node.SendAsync(HttpMethod.Get, "/v1/models/tiny")).Body);
        Assert.True(exact.RootElement.GetProperty("exact").GetBoolean());
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task WholeNumbersScalarsAndShapes_GoThrough_AndWhatAReceiptCantHold_DoesNot()
    {
        await using NodeFixture node = await NodeFixture.StartAsync([FloatFixtures.Serve("mixed"), FloatFixtures.Serve("nonzero"), FloatFixtures.Serve("many")]);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "/v2/models/mixed/infer", Mixed);
        Assert.True(status == 200, body);
        Assert.Contains("""{"name":"next","datatype":"FP32","shape":[2],"data":[42,-4]}""", body, StringComparison.Ordinal);
        Assert.Contains("""{"name":"total","datatype":"FP32","shape":[],"data":[10]}""", body, StringComparison.Ordinal);

        await RefusedAsync(400, "float/input", "mixed", Mixed.Replace("-5", "0.5", StringComparison.Ordinal));
        await RefusedAsync(400, "float/input", "mixed", Mixed.Replace("-5", "16777218", StringComparison.Ordinal));
        await RefusedAsync(422, "float/output", "mixed", Mixed.Replace("-5", "16777216", StringComparison.Ordinal)); // plus one isn't FP32
        await RefusedAsync(422, "float/output", "mixed", Mixed.Replace("1,2,3,4", "-1,2,3,4", StringComparison.Ordinal)); // its logarithm
        await RefusedAsync(422, "float/output", "nonzero", """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[0,0]}]}""");
        await RefusedAsync(422, "float/output", "many", """{"verification":"signed","inputs":[{"name":"n","datatype":"FP32","shape":[1],"data":[9999999]}]}""");
        await RefusedAsync(422, "float/run", "many", """{"verification":"signed","inputs":[{"name":"n","datatype":"FP32","shape":[1],"data":[-1]}]}""");
        await RefusedAsync(400, "inputs_mismatch", "mixed", Mixed.Replace("[2,2]", "[4]", StringComparison.Ordinal));

        async Task RefusedAsync(int expected, string code, string model, string request)
        {
            (int found, string reply, _) = await node.SendAsync(HttpMethod.Post, $"/v2/models/{model}/infer", request);
            Assert.True(found == expected && reply.Contains($"\"{code}\"", StringComparison.Ordinal), reply);
            Assert.DoesNotContain("assay_receipt", reply, StringComparison.Ordinal);
        }
    }

    /// <summary>One name, two kinds: whoever expects the exact program by its id gets it, or nothing.</summary>
    [OracleFact(Oracle.OnnxRuntime)]
    public async Task AFloatModelInPlaceOfAnExactOne_IsRefusedOrShows()
    {
        string exact = TestModels.Tiny().Id.ToString();
        await using NodeFixture node = await NodeFixture.StartAsync([FloatFixtures.Serve("tiny")]);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, $"/v2/models/{exact}/infer", """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        Assert.Equal(404, status);
        Assert.Contains("model_not_found", body, StringComparison.Ordinal);
        (status, body, _) = await node.SendAsync(HttpMethod.Post, $"/v2/models/tiny/versions/{exact}/infer", """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        Assert.Equal(404, status);

        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = answer.Bundle, Trust = node.Trust, Now = DateTimeOffset.UtcNow, CalledModel = exact });
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Contains(verdict.Checks, static c => c.Code == "request/model" && c.Result == CheckResult.Fail);
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task FloatsThatPoseAsTheExactProgram_AreRefutedByReplay()
    {
        ServedModel posing = ServedModels.Create(TestModels.Tiny(), new ModelTerms("tiny", "", null, true), "", "{}"u8.ToArray(), new MislabelledRunner(FloatFixtures.Runner("tiny")));
        await using NodeFixture node = await NodeFixture.StartAsync([posing]);
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Replay, CancellationToken.None);
        Verdict verdict = node.Client.Check(answer, new CheckOptions { Trust = node.Trust, Require = VerificationLevel.Replay, Replayer = new ProgramReplayer([TestModels.Tiny()]) });
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal("replay/output-differs", verdict.Checks.Single(static c => c.Code == "replay/output").Detail);
    }

    private sealed class CountingRunner(FloatRunner floats) : IModelRunner
    {
        internal int Runs { get; private set; }

        public string Backend => floats.Backend;

        public string Semantics => floats.Semantics;

        public string InstructionSet => floats.InstructionSet;

        public RunOutcome Run(IReadOnlyList<TensorValue> inputs)
        {
            Runs++;
            return floats.Run(inputs);
        }

        public void Dispose() => floats.Dispose();
    }
}
