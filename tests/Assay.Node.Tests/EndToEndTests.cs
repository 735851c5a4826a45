using System.Text;
using Assay.Client;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests;

public sealed class EndToEndTests
{
    private static readonly ProgramReplayer Replayer = new([TestModels.Tiny()]);

    [Fact]
    public async Task AskAndCheck_Replay_EstablishesModelAndComputation()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2, 3, 4)], VerificationLevel.Replay,
            new CheckOptions { Trust = node.Trust, Replayer = Replayer }, CancellationToken.None);
        Assert.Equal([5f, -1f, 11f, -1f], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(answer.Outputs[0].Data.Span).ToArray());
        Assert.Equal(Outcome.Met, answer.Verdict.Outcome);
        Assert.Equal(QuestionStatus.Established, Status(answer.Verdict, Question.Model));
        Assert.Equal(QuestionStatus.Established, Status(answer.Verdict, Question.ComputedRight));
        Assert.Equal(QuestionStatus.Established, Status(answer.Verdict, Question.Logged));
        Assert.Equal(QuestionStatus.NotEvaluated, Status(answer.Verdict, Question.OperatorRead));
    }

    [Fact]
    public async Task AskedForReplay_ButNotReplayed_IsWithheldByTheClient()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        ShortfallException shortfall = await Assert.ThrowsAsync<ShortfallException>(() => node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Replay,
            new CheckOptions { Trust = node.Trust }, CancellationToken.None));
        Assert.Equal(Outcome.PolicyNotMet, shortfall.Verdict.Outcome);
    }

    [Fact]
    public async Task TheLevelOfTheCall_IsRequired_EvenIfTheReceiptNamesALowerOne()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer signed = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = node.Client.Check(signed, new CheckOptions { Trust = node.Trust, Require = VerificationLevel.Replay });
        Assert.Equal(Outcome.PolicyNotMet, verdict.Outcome);
    }

    [Fact]
    public async Task CalledById_ANameThatLooksLikeTheId_IsNotTheModel()
    {
        string id = new('a', 64);
        await using NodeFixture node = await NodeFixture.StartAsync([TestModels.Serve(id)]);
        Answer answer = await node.Client.AskAsync(id, [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = node.Client.Check(answer, new CheckOptions { Trust = node.Trust });
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Contains(verdict.Checks, static c => c.Code == "request/model" && c.Result == CheckResult.Fail);
    }

    [Fact]
    public async Task Signed_AssertsModelAndComputation_AndNoMore()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Verdict verdict = node.Client.Check(answer, new CheckOptions { Trust = node.Trust });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal(QuestionStatus.Asserted, Status(verdict, Question.Model));
        Assert.Equal(QuestionStatus.Asserted, Status(verdict, Question.ComputedRight));
    }

    [Fact]
    public async Task WithoutANonce_TheClaimIsAbsent_NotEmpty()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        DisclosedClaims claims = Bundle.TryDecode(answer.Bundle, out _)!.Claims;
        Assert.Equal(LeafState.Absent, claims.State(ClaimRegistry.RequestClientNonce));
    }

    [Fact]
    public async Task NoTrust_IsUntrusted_ButFirstUseSaysSo()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Assert.Equal(Outcome.Untrusted, node.Client.Check(answer, new CheckOptions { Trust = null }).Outcome);
        Verdict first = node.Client.Check(answer, new CheckOptions { Trust = null, FirstUse = true });
        Assert.Equal(Outcome.Met, first.Outcome);
        Assert.Contains(first.NotCovered, static n => n.Code == "keyset/first-use");
    }

    [Fact]
    public async Task ManyAtOnce_ShareSignatures_KeepTheirCountersAndAllCheckOut()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() =>
            node.Client.AskAsync("tiny", [NodeFixture.Input(i, 2)], VerificationLevel.Signed, CancellationToken.None))));
        List<ulong> counters = [];
        foreach (Answer answer in answers)
        {
            Assert.Equal(Outcome.Met, node.Client.Check(answer, new CheckOptions { Trust = node.Trust }).Outcome);
            counters.Add(Bundle.TryDecode(answer.Bundle, out _)!.Envelope.Statement.Counter);
        }

        Assert.Equal(Enumerable.Range(1, 64).Select(static i => (ulong)i), counters.Order());
    }

    [Fact]
    public async Task AfterARestart_ReceiptsAreThere_AndCountersGoOn()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            ReceiptId first;
            await using (NodeFixture node = await NodeFixture.StartAsync(folder: folder))
            {
                first = (await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None)).ReceiptId;
            }

            await using NodeFixture again = await NodeFixture.StartAsync(folder: folder);
            byte[] old = await again.Client.GetBundleAsync(first, null, CancellationToken.None);
            Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = old, Trust = again.Trust, Now = TimeProvider.System.GetUtcNow() });
            Assert.Equal(Outcome.Met, verdict.Outcome);
            Answer next = await again.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
            Assert.Equal(2UL, Bundle.TryDecode(next.Bundle, out _)!.Envelope.Statement.Counter);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AnotherOriginInTheSameFolder_DoesNotStart()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            using (NodeIdentity.OpenOrCreate(folder, "one.example", TimeProvider.System.GetUtcNow()))
            {
            }

            Assert.Throws<InvalidDataException>(() => NodeIdentity.OpenOrCreate(folder, "two.example", TimeProvider.System.GetUtcNow()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task PrivateKeys_AreTheOwnersOnly_AndNeverInAReply()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(Path.Combine(node.Folder, "keys")))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        byte[] seed = await File.ReadAllBytesAsync(Path.Combine(node.Folder, "keys", "log.seed"));
        (_, string body, _) = await node.SendAsync(HttpMethod.Get, "/.well-known/assay");
        Assert.DoesNotContain(Convert.ToBase64String(seed), body, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatIsTooLong_IsRefused()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "/v2/models/tiny/infer", "{\"id\":\"" + new string('a', 17 << 20) + "\"}", ("Expect", "100-continue"));
        Assert.Equal(413, status);
        Assert.Contains("body_too_large", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiptView_IsTheVerdictInJson()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        string json = Encoding.UTF8.GetString(await node.Client.GetAsync($"v1/receipts/{answer.ReceiptId}", CancellationToken.None));
        Assert.Contains("\"outcome\":\"met\"", json.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>The id stands in every copy, also in one that leaves fields out: it opens nothing.</summary>
    [Fact]
    public async Task AnId_OpensNothing_AndASecretOnlyItsOwnReceipt()
    {
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Answer other = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        Assert.Equal(32, answer.ReceiptSecret!.Length);
        Assert.NotEqual(answer.ReceiptSecret, other.ReceiptSecret);

        Bundle bare = Bundle.TryDecode(await node.Client.GetBundleAsync(answer.ReceiptId, null, CancellationToken.None), out _)!;
        Assert.Equal(ClaimRegistry.Fields.Count, bare.Claims.RedactedCount);
        Assert.Equal(bare.Output.Parts.Count, bare.Output.RedactedCount);
        Assert.Empty(bare.Attachments);
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bare.Encode(), Trust = node.Trust, Require = VerificationLevel.Signed, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(Outcome.Met, verdict.Outcome);

        Bundle whole = Bundle.TryDecode(await node.Client.GetBundleAsync(answer.ReceiptId, answer.ReceiptSecret, CancellationToken.None), out _)!;
        Assert.Equal(0, whole.Claims.RedactedCount + whole.Output.RedactedCount);
        foreach (string wrong in new[] { other.ReceiptSecret!, answer.ReceiptSecret[..31], answer.ReceiptSecret + "0", answer.ReceiptSecret.ToUpperInvariant() + "x", "-" })
        {
            NodeException refused = await Assert.ThrowsAsync<NodeException>(() => node.Client.GetBundleAsync(answer.ReceiptId, wrong, CancellationToken.None));
            Assert.Equal((404, "receipt_not_found"), (refused.Status, refused.Code));
        }

        // What is signed doesn't hold the secret, nor does any copy.
        Assert.DoesNotContain(answer.ReceiptSecret, Encoding.Latin1.GetString(answer.Bundle), StringComparison.Ordinal);
        Assert.DoesNotContain(answer.ReceiptSecret, Encoding.Latin1.GetString(answer.Response), StringComparison.Ordinal);
    }

    private static QuestionStatus Status(Verdict verdict, Question question) => verdict.Questions.Single(q => q.Question == question).Status;
}
