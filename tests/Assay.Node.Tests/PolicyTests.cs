using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Node.Releasing;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests;

/// <summary>Policies through a whole node: plan, gate, client.</summary>
public sealed class PolicyTests
{
    private const string Inputs = "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]";
    private const string BySource = """{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":100}],"deadline":"20s"}""";
    private static readonly PolicyDocument Provisional = Read("""{"require":[{"question":"computed-right","by":["replay","zk"]}],"release":"provisional"}""");

    [Fact]
    public async Task AnySpelling_IsSignedCanonically()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny",
            Encoding.UTF8.GetBytes("{\"verification\": { \"release\":\"provisional\", \"require\" : [ {\"by\":[\"zk\",\"replay\"],\"question\":\"computed-right\"} ] }," + Inputs + "}"), CancellationToken.None);
        Bundle bundle = Bundle.TryDecode(answer.Bundle, out _)!;
        Assert.Equal(Provisional.Digest, bundle.Envelope.Statement.Policy);
        Assert.Equal(Provisional.Text, bundle.Claims.Text(ClaimRegistry.RequestPolicy));
        Assert.Equal(VerificationLevel.Signed, Assert.IsType<LogEntry.ForReceipt>(bundle.LogProof!.Entry).Level);
        Assert.Contains($"\"assay_policy\":\"{Provisional.Digest}\"", Encoding.UTF8.GetString(answer.Response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ReleasesWhatItsOwnReplayEstablishes_AndNothingElse()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        ProgramReplayer replayer = new([TestModels.Tiny()]);
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Provisional, new CheckOptions { Trust = node.Trust, Replayer = replayer }, CancellationToken.None);
        Assert.Equal(Provisional.Digest, answer.Verdict.RequiredPolicy!.Digest);
        ShortfallException shortfall = await Assert.ThrowsAsync<ShortfallException>(() =>
            node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Provisional, new CheckOptions { Trust = node.Trust }, CancellationToken.None));
        Assert.Equal(Outcome.PolicyNotMet, shortfall.Verdict.Outcome);
        Assert.Equal(UnmetReasons.AssertedOnly, Assert.Single(shortfall.Verdict.Unmet).Reason);
    }

    [Fact]
    public async Task Client_RefusesAReceiptForAnotherPolicyThanItSent()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = node.Client.Check(answer, new CheckOptions { Trust = node.Trust, Policy = PolicyDocument.For(VerificationLevel.Signed), AskedPolicy = Provisional });
        Assert.Equal((Outcome.Untrusted, CheckCodes.PolicyDigest), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public async Task MalformedOrUnsatisfiable_IsRefusedBeforeAnyWork()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":{\"require\":[{\"question\":\"altered\"}],\"notes\":1}," + Inputs + "}");
        Assert.Equal(400, status);
        Assert.Contains("policy/unknown-member", body, StringComparison.Ordinal);
        Assert.Contains("/notes", body, StringComparison.Ordinal);
        await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"signed\"," + Inputs + "}");
        (status, body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":" + BySource + "," + Inputs + "}");
        Assert.Equal(422, status);
        using JsonDocument error = JsonDocument.Parse(body);
        Assert.Equal("verification_unsatisfiable", error.RootElement.GetProperty("code").GetString());
        Assert.True(error.RootElement.GetProperty("medianMilliseconds").GetDouble() > 0);

        // Key set and the one good request: what was refused left nothing.
        string checkpoint = Encoding.UTF8.GetString((await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None)).Bundle);
        Assert.Contains("\n3\n", checkpoint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, 200)]
    [InlineData(80, 424)]
    [InlineData(null, 424)]
    public async Task Gate_ReleasesOnlyWhatTheEvidenceMeets(int? bits, int expected)
    {
        Prover prover = new(bits is null ? [] : [new EvidenceFact(Question.ComputedRight, QuestionStatus.Established, Basis.Zk) { SoundnessBits = bits }]);
        await using NodeFixture node = await NodeFixture.StartAsync(evidence: [prover]);
        (int status, string body, HttpResponseMessage response) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":" + BySource + "," + Inputs + "}");
        Assert.Equal(expected, status);
        if (expected == 200)
        {
            return;
        }

        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
        using JsonDocument error = JsonDocument.Parse(body);
        Assert.Equal("verification_shortfall", error.RootElement.GetProperty("code").GetString());
        Assert.Equal(bits is null ? UnmetReasons.AssertedOnly : UnmetReasons.Parameter, error.RootElement.GetProperty("missing")[0].GetProperty("why").GetString());
        Assert.DoesNotContain("\"outputs\"", body, StringComparison.Ordinal);

        // The receipt is logged and can be fetched, but not the answer.
        Assert.True(ReceiptId.TryParse(error.RootElement.GetProperty("receipt").GetString(), out ReceiptId id));
        Bundle bundle = Bundle.TryDecode(await node.Client.GetBundleAsync(id, Assert.Single(response.Headers.GetValues("Assay-Receipt-Secret")), CancellationToken.None), out _)!;
        Assert.NotNull(bundle.LogProof);
        Assert.All(bundle.Output.Parts, Assert.Null);
        Assert.Equal(LeafState.Redacted, bundle.Claims.State(ClaimRegistry.OutputWireDigest));
        Assert.Equal(Read(BySource).Text, bundle.Claims.Text(ClaimRegistry.RequestPolicy));
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Trust, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
    }

    [Fact]
    public async Task Gate_WithheldAnswers_StayWithheldAfterARestart()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            string id;
            await using (NodeFixture node = await NodeFixture.StartAsync(folder: folder, evidence: [new Prover([])]))
            {
                (_, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":" + BySource + "," + Inputs + "}");
                using JsonDocument error = JsonDocument.Parse(body);
                id = error.RootElement.GetProperty("receipt").GetString()!;
            }

            await using NodeFixture again = await NodeFixture.StartAsync(folder: folder);
            Assert.True(ReceiptId.TryParse(id, out ReceiptId receipt));
            Assert.All(Bundle.TryDecode(await again.Client.GetBundleAsync(receipt, null, CancellationToken.None), out _)!.Output.Parts, Assert.Null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Gate_ASourceThatNeverAnswers_EndsAtTheDeadline()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(evidence: [new Prover(null)]);
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":" + BySource.Replace("20s", "50ms", StringComparison.Ordinal) + "," + Inputs + "}");
        Assert.Equal(424, status);
        Assert.Contains("\"deadlinePassed\":true", body, StringComparison.Ordinal);
    }

    private static PolicyDocument Read(string text) => PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out _)!;

    // What a later prover would be to the gate; null never answers.
    private sealed class Prover(IReadOnlyList<EvidenceFact>? facts) : IEvidenceSource
    {
        public PolicyCapabilities CapabilitiesFor(AnswerSource answered) => new() { Bases = [Basis.Zk], SoundnessBits = int.MaxValue };

        public async Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation)
        {
            if (facts is null)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return new Gathered(facts!, []);
        }
    }
}
