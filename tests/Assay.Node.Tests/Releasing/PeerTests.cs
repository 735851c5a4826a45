using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Log.Checking;
using Assay.Node.Issuing;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Releasing;

/// <summary>Replay by peers through a whole node: who is asked, what they see, what comes out, and what is kept of it.</summary>
public sealed class PeerTests
{
    private const string Inputs = "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]";

    /// <summary>The longest that a node waits for a peer: only one that hangs takes it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task NamedPeerEstablishes_TheAnswerIsReleased_AndItsBundleVerifies()
    {
        await using FakePeer peer = await FakePeer.StartAsync();
        await using NodeFixture node = await StartAsync(peer);
        PolicyDocument policy = Named(1, peer);
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], policy, new CheckOptions { Trust = node.Trust }, CancellationToken.None);
        Assert.Equal(Outcome.Met, answer.Verdict.Outcome);
        Bundle bundle = Bundle.TryDecode(answer.Answer.Bundle, out _)!;
        AttachedEndorsement item = Assert.Single(bundle.Endorsements);
        Assert.Equal((EndorsementFinding.Established, peer.Peer), (item.Endorsement.Finding, item.Endorsement.Issuer.Thumbprint()));
        Assert.NotNull(item.LogProof);
        Assert.Equal(QuestionStatus.Established, answer.Verdict.Questions.Single(static q => q.Question == Question.ComputedRight).Status);

        // What it saw before it committed: inputs, program, and hashes.
        (string path, Bundle first) = peer.Seen.First();
        Assert.Equal("commitments", path);
        Assert.All(first.Output.Parts, Assert.Null);
        Assert.NotNull(first.Claims.Tensors(ClaimRegistry.RequestInputs));
        foreach ((string step, Bundle seen) in peer.Seen)
        {
            Assert.Equal(step == "commitments", seen.Output.AllParts is null);
            Assert.Empty(seen.Attachments);
            Assert.Null(seen.LogProof);
            Assert.Equal(
                [ClaimRegistry.ExecutionSemantics, ClaimRegistry.ModelModelId, ClaimRegistry.RequestInputs],
                ClaimRegistry.Fields.Where(field => seen.Claims.State(field) == LeafState.Disclosed).OrderBy(static field => field.Name, StringComparer.Ordinal));
        }

        // Another caller, with another peer in mind, isn't told that it counts.
        Verdict other = Verifier.Verify(new VerificationInput { Bundle = answer.Answer.Bundle, Trust = node.Trust, Now = TimeProvider.System.GetUtcNow(), AskedPolicy = null, Require = VerificationLevel.Replay });
        Assert.Equal(Outcome.PolicyNotMet, other.Outcome);
    }

    [Fact]
    public async Task WhatPeersSaid_IsInTheLog_AndSound()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            await using FakePeer peer = await FakePeer.StartAsync();
            await using (NodeFixture node = await StartAsync([TestModels.Serve()], Patience, folder, peer))
            {
                Assert.Equal(200, (await SendAsync(node, Named(1, peer))).Status);
                peer.Behaviour = "lying";
                Assert.Equal(424, (await SendAsync(node, Named(1, peer))).Status);
                peer.Behaviour = "commit-garbage";
                Assert.Equal(424, (await SendAsync(node, Named(1, peer))).Status);
            }

            FsckReport report = Fsck.Run(Path.Combine(folder, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check });
            Assert.Empty(report.Findings);
            await using NodeFixture again = await StartAsync([TestModels.Serve()], Patience, folder, peer);
            peer.Behaviour = "honest";
            Assert.Equal(200, (await SendAsync(again, Named(1, peer))).Status);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("commit-hangs", "late", "peer/late")]
    [InlineData("endorse-hangs", "late", "peer/late")]
    [InlineData("commit-drips", "late", "peer/late")]
    [InlineData("down", "unreachable", "peer/unreachable")]
    [InlineData("commit-breaks", "unreachable", "peer/unreachable")]
    [InlineData("endorse-breaks", "unreachable", "peer/unreachable")]
    [InlineData("commit-unknown-model", "refused", "replay/model-unknown")]
    [InlineData("commit-bad-code", "refused", "peer/http-403")]
    [InlineData("commit-redirects", "refused", "peer/http-302")]
    [InlineData("endorse-endless-error", "refused", "peer/http-500")]
    [InlineData("commit-garbage", "worthless", "peer/answer")]
    [InlineData("endorse-garbage", "worthless", "peer/answer")]
    [InlineData("commit-endless", "worthless", "peer/answer")]
    [InlineData("endorse-endless", "worthless", "peer/answer")]
    [InlineData("another-program", "worthless", "endorsement/evidence")]
    [InlineData("copies-another-receipt", "worthless", "peer/other-receipt")]
    [InlineData("signed-by-another", "worthless", "peer/commitment-signature")]
    [InlineData("endorses-another-receipt", "worthless", "endorsement/other-receipt")]
    [InlineData("equivocates", "worthless", "peer/other-commitment")]
    [InlineData("contradicts-itself", "worthless", "endorsement/evidence")]
    [InlineData("other-inputs", "worthless", "endorsement/evidence")]
    [InlineData("keeps-its-salt", "worthless", "peer/no-opening")]
    [InlineData("another-key", "worthless", "peer/other-key")]
    [InlineData("half", "worthless", "endorsement/basis")]
    public async Task WhateverElseAPeerDoes_NothingIsEstablished_AndTheAnswerSaysWhy(string behaviour, string status, string detail)
    {
        await using FakePeer peer = await FakePeer.StartAsync(behaviour);
        await using NodeFixture node = await StartAsync(TimeSpan.FromMilliseconds(status == "late" ? 400 : 30_000), peer);
        (JsonElement error, Bundle bundle) = await WithheldAsync(node, Named(1, peer));
        JsonElement reported = Assert.Single(error.GetProperty("peers").EnumerateArray());
        Assert.Equal(
            (peer.Peer.ToString(), peer.Address.Url.ToString(), status, detail),
            (reported.GetProperty("peer").GetString(), reported.GetProperty("url").GetString(), reported.GetProperty("status").GetString(), reported.GetProperty("detail").GetString()));
        Assert.Contains(detail, error.GetProperty("message").GetString(), StringComparison.Ordinal);

        // The node says in its own name that the evidence didn't come, and nobody else says anything.
        Endorsement expired = Assert.Single(bundle.Endorsements).Endorsement;
        Assert.Equal((EndorsementFinding.Expired, bundle.KeySet.ReceiptKey), (expired.Finding, expired.Issuer));
        Verdict verdict = Judge(node, bundle, Named(1, peer));
        Assert.Equal(QuestionStatus.Expired, verdict.Questions.Single(static q => q.Question == Question.ComputedRight).Status);
        Assert.NotEqual(Outcome.Met, verdict.Outcome);
    }

    [Fact]
    public async Task ALyingPeer_WithholdsTheAnswer_AndBothSidesAreNamed()
    {
        await using FakePeer peer = await FakePeer.StartAsync("lying");
        await using NodeFixture node = await StartAsync(peer);
        await RefutedAsync(node, peer);
    }

    [Fact]
    public async Task ALyingNode_IsRefutedByAnHonestPeer()
    {
        await using FakePeer peer = await FakePeer.StartAsync();
        await using NodeFixture node = await StartAsync([ServedModels.Create(TestModels.Tiny(), new ModelTerms("tiny", "", null, true), "", "{}"u8.ToArray(), new LyingRunner())], peer);
        await RefutedAsync(node, peer);
    }

    [Fact]
    public async Task TheOperatorsSecondName_IsRefusedBeforeWork_OrNotAsked()
    {
        await using FakePeer second = await FakePeer.StartAsync();
        await using FakePeer named = await FakePeer.StartAsync("down");
        PolicyDocument policy = Named(1, named);
        await using (NodeFixture node = await StartAsync(second))
        {
            (int status, string body, _) = await SendAsync(node, policy);
            Assert.Equal(422, status);
            using JsonDocument error = JsonDocument.Parse(body);
            Assert.Contains("this node knows 0 of them", error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.Empty(second.Seen);
        }

        await using NodeFixture both = await StartAsync(second, named);
        (JsonElement withheld, _) = await WithheldAsync(both, policy);
        Assert.Equal(named.Peer.ToString(), Assert.Single(withheld.GetProperty("peers").EnumerateArray()).GetProperty("peer").GetString());
        Assert.Empty(second.Seen);

        // A policy that names nobody is met by it at the node; the caller, who names nobody either, takes no such word.
        ShortfallException shortfall = await Assert.ThrowsAsync<ShortfallException>(() =>
            both.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Read("""{"require":[{"question":"computed-right","by":["replay"]}]}"""), new CheckOptions { Trust = both.Trust }, CancellationToken.None));
        Assert.Contains(shortfall.Verdict.Unmet, static u => u.Requirement.Question == Question.ComputedRight);
    }

    [Fact]
    public async Task TheNodesOwnKey_IsNoPeer()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            P256PublicKey own;
            await using (NodeFixture node = await NodeFixture.StartAsync(folder: folder))
            {
                own = node.Host.Identity.KeySet.ReceiptKey;
            }

            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() =>
                NodeFixture.StartAsync(folder: folder, options: o => o with { ReplayPeers = [new PeerAddress(new Uri("http://127.0.0.1:1/"), own)] }));
            Assert.Contains("a key of this node itself", refused.Message, StringComparison.Ordinal);
            await using NodeFixture again = await NodeFixture.StartAsync(folder: folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("honest", "honest", "down", 200)]
    [InlineData("honest", "commit-hangs", "honest", 200)]
    [InlineData("honest", "down", "commit-garbage", 424)]
    [InlineData("honest", "lying", "down", 424)]
    public async Task TwoOfThree(string a, string b, string c, int expected)
    {
        await using FakePeer first = await FakePeer.StartAsync(a);
        await using FakePeer second = await FakePeer.StartAsync(b);
        await using FakePeer third = await FakePeer.StartAsync(c);
        await using NodeFixture node = await StartAsync(Patience, first, second, third);
        Stopwatch watch = Stopwatch.StartNew();
        (int status, string body, _) = await SendAsync(node, Named(2, first, second, third));
        Assert.True(expected == status, body);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(25), "one that hangs isn't waited for when enough have answered");
    }

    [Fact]
    public async Task ThePolicysDeadline_EndsTheWait_AndWhoAnsweredCounts()
    {
        await using FakePeer honest = await FakePeer.StartAsync();
        await using FakePeer hangs = await FakePeer.StartAsync("commit-hangs");
        await using NodeFixture node = await StartAsync(honest, hangs);

        // The first answer takes longer than all others: it isn't the one with a deadline.
        Assert.Equal(200, (await SendAsync(node, Named(1, honest))).Status);
        (JsonElement error, Bundle bundle) = await WithheldAsync(node, Named(2, "3s", honest, hangs));
        Assert.True(error.GetProperty("deadlinePassed").GetBoolean());
        Assert.Equal(["established", "late"], error.GetProperty("peers").EnumerateArray().Select(static p => p.GetProperty("status").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal([EndorsementFinding.Established, EndorsementFinding.Expired], bundle.Endorsements.Select(static e => e.Endorsement.Finding).Order());
        Assert.All(bundle.Endorsements, static e => Assert.Null(e.Opening));
    }

    [Fact]
    public async Task WhileItIsUndecided_NobodyFetchesTheAnswer()
    {
        await using FakePeer peer = await FakePeer.StartAsync("slow");
        await using NodeFixture node = await StartAsync(peer);
        Task<(int Status, string Body, HttpResponseMessage)> asking = SendAsync(node, Named(1, peer));
        await peer.Asked;

        // The peer knows the receipt's id. What it hasn't committed to yet, it can't copy from the node, and who asked it never learns.
        ReceiptId id = peer.Seen.First().Bundle.Envelope.Statement.Id;
        Bundle bundle = Bundle.TryDecode(await node.Client.GetBundleAsync(id, null, CancellationToken.None), out _)!;
        Assert.All(bundle.Output.Parts, Assert.Null);
        peer.Gate.SetResult();
        (int status, _, HttpResponseMessage response) = await asking;
        Assert.Equal(200, status);
        bundle = Bundle.TryDecode(await node.Client.GetBundleAsync(id, null, CancellationToken.None), out _)!;
        Assert.All(bundle.Output.Parts, Assert.Null);
        Assert.Equal(LeafState.Redacted, bundle.Claims.State(ClaimRegistry.PartiesApiKey));
        Assert.NotNull(Bundle.TryDecode(await node.Client.GetBundleAsync(id, SecretOf(response), CancellationToken.None), out _)!.Output.AllParts);
    }

    /// <summary>It could have committed itself to anything, failed, and committed itself to what it was shown.</summary>
    [Fact]
    public async Task APeerThatSawTheOutputs_CommitsItselfToNothingElse()
    {
        await using FakePeer peer = await FakePeer.StartAsync("honest");
        await using NodeFixture node = await NodeFixture.StartAsync();
        Answer answer = await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);
        using HttpClient http = new();
        ReplayPeer asked = new(http, peer.Address, Patience);
        PeerQuestion question = new(Bundle.TryDecode(answer.Bundle, out _)!);
        Assert.Equal(PeerStatus.Established, (await asked.AskAsync(question, CancellationToken.None)).Status);

        // This peer signs anew each time.
        PeerAnswer again = await asked.AskAsync(question, CancellationToken.None);
        Assert.Equal((PeerStatus.Worthless, PeerErrors.OtherCommitment), (again.Status, again.Detail));
    }

    [Fact]
    public async Task Provisional_TheAnswerLeavesAtOnce_AndPeersFollow()
    {
        await using FakePeer peer = await FakePeer.StartAsync("slow");
        await using NodeFixture node = await StartAsync(peer);
        (int status, _, HttpResponseMessage response) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", "{\"verification\":\"replay\"," + Inputs + "}");
        Assert.Equal(200, status);
        Assert.True(ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId id));
        Assert.Empty(Bundle.TryDecode(await node.Client.GetBundleAsync(id, null, CancellationToken.None), out _)!.Endorsements);
        peer.Gate.SetResult();
        Bundle bundle = await UntilAsync(node, id, static bundle => bundle.Endorsements.Count > 0);
        Assert.Equal(EndorsementFinding.Established, Assert.Single(bundle.Endorsements).Endorsement.Finding);
        TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes($"{node.Host.Identity.TrustText}replayer them {Convert.ToHexStringLower(peer.Address.Key.ToArray())}\n"), out _, out _)!;
        Assert.Equal(Outcome.Met, Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = trust, Now = TimeProvider.System.GetUtcNow() }).Outcome);
        Assert.Equal(2, peer.Seen.Count);
    }

    [Fact]
    public async Task Provisional_ThatPeersDidntAnswer_ExpiresOnce_AndIsAskedAgain()
    {
        string folder = Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            await using FakePeer peer = await FakePeer.StartAsync("commit-unknown-model");
            ReceiptId id;
            await using (NodeFixture node = await StartAsync([TestModels.Serve()], Patience, folder, peer))
            {
                PolicyDocument policy = Read($$"""{"require":[{"question":"computed-right","by":["replay"],"peers":["{{peer.Peer}}"]}],"release":"provisional","deadline":"3s"}""");

                // The first answer takes longer than all others: it isn't the one with a deadline.
                Assert.Equal(424, (await SendAsync(node, Named(1, peer))).Status);
                peer.Seen.Clear();
                (int status, _, HttpResponseMessage response) = await SendAsync(node, policy);
                Assert.Equal(200, status);
                Assert.True(ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out id));
                Bundle bundle = await UntilAsync(node, id, static bundle => bundle.Endorsements.Count > 0);
                Assert.Equal(EndorsementFinding.Expired, Assert.Single(bundle.Endorsements).Endorsement.Finding);

                // At once, and at the deadline; not again within a minute, however often somebody fetches.
                Assert.Equal(2, peer.Seen.Count);
                await node.Client.GetBundleAsync(id, null, CancellationToken.None);
                Assert.Equal(2, peer.Seen.Count);
            }

            // A restart forgets when it asked; a peer that has learnt the model answers now.
            peer.Behaviour = "honest";
            await using NodeFixture again = await StartAsync([TestModels.Serve()], Patience, folder, peer);
            Bundle late = await UntilAsync(again, id, static bundle => bundle.Endorsements.Count > 1);
            Assert.Equal([EndorsementFinding.Established, EndorsementFinding.Expired], late.Endorsements.Select(static e => e.Endorsement.Finding).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task TheWellKnownDocument_ListsThePeers()
    {
        await using FakePeer peer = await FakePeer.StartAsync("down");
        await using NodeFixture node = await StartAsync(peer);
        (_, string body, _) = await node.SendAsync(HttpMethod.Get, ".well-known/assay");
        using JsonDocument json = JsonDocument.Parse(body);
        JsonElement listed = Assert.Single(json.RootElement.GetProperty("replayPeers").EnumerateArray());
        Assert.Equal(peer.Peer.ToString(), listed.GetProperty("peer").GetString());
        Assert.Equal(Convert.ToHexStringLower(peer.Address.Key.ToArray()), listed.GetProperty("key").GetString());
        Assert.Equal(peer.Address, Assert.Single((await node.Client.DescribeAsync(CancellationToken.None)).ReplayPeers));
    }

    [Fact]
    public void Settings_AreReadOrRefusedWithAReason()
    {
        using Es256Signer signer = new(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256));
        string key = Convert.ToHexStringLower(signer.PublicKey.ToArray());
        PeerAddress address = PeerAddress.TryParse($"http://127.0.0.1:1/p={key}", out string? error)!;
        Assert.Null(error);
        Assert.Equal(("http://127.0.0.1:1/p/", signer.PublicKey.Thumbprint()), (address.Url.ToString(), address.Peer));
        foreach (string bad in new[] { "", "http://a", $"ftp://a={key}", $"http://a?b={key}", $"http://a#b={key}", $"http://a={key.ToUpperInvariant()}", $"http://a={key[2..]}", $"http://a={new string('1', 128)}" })
        {
            Assert.Null(PeerAddress.TryParse(bad, out error));
            Assert.NotNull(error);
        }

        Assert.Contains(new NodeOptions { Folder = "x", ReplayPeers = [address, address] }.Validate(), static problem => problem.Contains("twice", StringComparison.Ordinal));
        Assert.Contains(new NodeOptions { Folder = "x", ReplayTimeout = TimeSpan.FromSeconds(31) }.Validate(), static problem => problem.Contains("--replayer-timeout", StringComparison.Ordinal));
    }

    private static async Task RefutedAsync(NodeFixture node, FakePeer peer)
    {
        (JsonElement error, Bundle bundle) = await WithheldAsync(node, Named(1, peer));
        AttachedEndorsement item = Assert.Single(bundle.Endorsements);
        Assert.Equal(EndorsementFinding.Refuted, item.Endorsement.Finding);
        Assert.NotNull(item.LogProof);
        ReplayEvidence evidence = ReplayEvidence.TryDecode(item.Evidence!.Value, out _)!;
        foreach (string said in new[] { peer.Peer.ToString(), evidence.Commitment.Outputs!.Value.ToString(), evidence.NodeOutputs.ToString() })
        {
            Assert.Contains(said, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal("refuted", Assert.Single(error.GetProperty("peers").EnumerateArray()).GetProperty("status").GetString());
        Assert.Equal(UnmetReasons.Refuted, error.GetProperty("missing")[0].GetProperty("why").GetString());
        Verdict verdict = Judge(node, bundle, Named(1, peer));
        Assert.Equal((Outcome.Untrusted, CheckCodes.ReplayPeers), (verdict.Outcome, verdict.Reason));
    }

    private static Verdict Judge(NodeFixture node, Bundle bundle, PolicyDocument policy) =>
        Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Trust, Policy = policy, AskedPolicy = policy, Now = TimeProvider.System.GetUtcNow() });

    private static async Task<(JsonElement Error, Bundle Bundle)> WithheldAsync(NodeFixture node, PolicyDocument policy)
    {
        (int status, string body, HttpResponseMessage response) = await SendAsync(node, policy);
        Assert.True(status == 424, body);
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
        Assert.DoesNotContain("\"outputs\"", body, StringComparison.Ordinal);
        JsonElement error = JsonDocument.Parse(body).RootElement;
        Assert.True(ReceiptId.TryParse(error.GetProperty("receipt").GetString(), out ReceiptId id));
        Bundle bundle = Bundle.TryDecode(await node.Client.GetBundleAsync(id, SecretOf(response), CancellationToken.None), out _)!;
        Assert.Equal("test.example/log", bundle.Claims.Text(ClaimRegistry.PartiesNode));
        Assert.All(bundle.Output.Parts, Assert.Null);
        Assert.All(bundle.Endorsements, static item => Assert.Null(item.Opening));
        return (error, bundle);
    }

    private static string SecretOf(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Assay-Receipt-Secret"));

    private static Task<(int Status, string Body, HttpResponseMessage Response)> SendAsync(NodeFixture node, PolicyDocument policy) =>
        node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", $"{{\"verification\":{policy.Text},{Inputs}}}");

    private static async Task<Bundle> UntilAsync(NodeFixture node, ReceiptId id, Func<Bundle, bool> isSo)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            Bundle bundle = Bundle.TryDecode(await node.Client.GetBundleAsync(id, null, CancellationToken.None), out _)!;
            if (isSo(bundle))
            {
                return bundle;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "nothing came");
        }
    }

    private static PolicyDocument Named(int atLeast, params FakePeer[] peers) => Named(atLeast, null, peers);

    private static PolicyDocument Named(int atLeast, string? deadline, params FakePeer[] peers)
    {
        string by = $"\"by\":[\"replay\"],\"peers\":[{string.Join(',', peers.Select(static p => $"\"{p.Peer}\""))}],\"atLeast\":{atLeast}";
        return Read($"{{\"require\":[{{\"question\":\"model\",{by}}},{{\"question\":\"computed-right\",{by}}}]{(deadline is null ? "" : $",\"deadline\":\"{deadline}\"")}}}");
    }

    private static PolicyDocument Read(string text) => PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault) ?? throw new InvalidOperationException($"{fault} {text}");

    private static Task<NodeFixture> StartAsync(params FakePeer[] peers) => StartAsync(Patience, peers);

    private static Task<NodeFixture> StartAsync(TimeSpan timeout, params FakePeer[] peers) => StartAsync([TestModels.Serve()], timeout, null, peers);

    private static Task<NodeFixture> StartAsync(IEnumerable<ServedModel> models, params FakePeer[] peers) => StartAsync(models, Patience, null, peers);

    private static Task<NodeFixture> StartAsync(IEnumerable<ServedModel> models, TimeSpan timeout, string? folder, params FakePeer[] peers) =>
        NodeFixture.StartAsync(models, folder: folder, options: options => options with { ReplayPeers = [.. peers.Select(static peer => peer.Address)], ReplayTimeout = timeout });
}
