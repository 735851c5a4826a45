using System.Text;
using System.Text.Json;
using Assay.Node.Chatting;
using Assay.Node.Tests.Chatting;
using Assay.Verification;

namespace Assay.Node.Tests.History;

/// <summary>What a node answers for a history: whole, judged by the reader that callers use, or in parts.</summary>
public sealed class HistoryPageTests
{
    [Fact]
    public async Task TheNodesOwnHistory_IsMetByItsReceipts()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        await node.PutAsync("/v1/applications/shop/prompts/support", "\"Be brief.\"");
        List<ReadOnlyMemory<byte>> receipts = [];
        foreach (string body in new[] { Shop.Body(), Shop.Body("Be long."), Shop.Body(more: ",\"seed\":5"), Shop.Body(more: ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}]") })
        {
            receipts.Add((await node.BundleAsync((await node.AskAsync(body)).Response)).Encode());
        }

        byte[] history = await node.Client.GetAsync("v1/applications/shop/history", CancellationToken.None);
        HistoryReport report = HistoryChecker.Check(new HistoryInput { History = history, Now = TimeProvider.System.GetUtcNow(), FetchedAt = TimeProvider.System.GetUtcNow(), Trust = node.Trust, Receipts = receipts });
        Assert.True(report.Outcome == Outcome.Met, report.Summary);
        Assert.Equal([2L, 1L, 1L], report.Configurations.Select(static configuration => configuration.Receipts));
        Assert.Equal("support@1", report.Configurations[0].RegisteredPrompt);
        Assert.Null(report.Configurations[1].RegisteredPrompt);
        Assert.Equal([1, 2, 1, 3], report.Held.Select(static held => held.Number!.Value));
        Assert.All(report.Configurations, static configuration => Assert.Equal((QuestionStatus.Established, QuestionStatus.Established), (configuration.Signed, configuration.PromptStatus)));

        // Nothing of messages, answers and keys is in it.
        string text = Encoding.UTF8.GetString(history);
        Assert.DoesNotContain("Hello!", text, StringComparison.Ordinal);
        foreach (JsonElement configuration in text.Json().GetProperty("configurations").EnumerateArray())
        {
            Receipts.Bundle bundle = Receipts.Bundle.TryDecode(System.Buffers.Text.Base64Url.DecodeFromChars(configuration.GetProperty("receipt").GetString()), out _)!;
            Assert.Empty(bundle.Attachments);
            Assert.Equal(Receipts.LeafState.Redacted, bundle.Claims.State(Receipts.ClaimRegistry.RequestMessages));
            Assert.Equal(Receipts.LeafState.Redacted, bundle.Claims.State(Receipts.ClaimRegistry.PartiesApiKey));
            Assert.Equal(Receipts.LeafState.Redacted, bundle.Claims.State(Receipts.ClaimRegistry.OutputWireDigest));
        }
    }

    [Fact]
    public async Task AfterARotationOfTheNodesKeys_AllOfIt_IsMet_UnderTheOldTrustFileAndUnderTheNewOne()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            TrustFile old;
            byte[] before, after;
            await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
            {
                old = node.Trust;
                before = (await node.BundleAsync((await node.AskAsync(Shop.Body())).Response)).Encode();
            }

            await Assay.Node.Keys.KeyChange.RotateAsync(folder, TimeProvider.System);
            await using NodeFixture again = await ChatNode.StartAsync(folder: folder);
            after = (await again.BundleAsync((await again.AskAsync(Shop.Body("Be long."))).Response)).Encode();
            HistoryInput input = new() { History = await again.Client.GetAsync("v1/applications/shop/history", CancellationToken.None), Now = TimeProvider.System.GetUtcNow() };
            Assert.Equal(Outcome.Met, HistoryChecker.Check(input with { Trust = old, Receipts = [before, after] }).Outcome);
            Assert.Equal(Outcome.Met, HistoryChecker.Check(input with { Trust = again.Trust, Receipts = [after] }).Outcome);
            Assert.Equal(Outcome.Met, HistoryChecker.Check(input with { FirstUse = true, Receipts = [after] }).Outcome);

            // A receipt of before has nothing in it that ties its keys to those of now.
            HistoryReport open = HistoryChecker.Check(input with { Trust = again.Trust, Receipts = [before] });
            Assert.Equal((Outcome.CannotEvaluate, HistoryCodes.NotHeld), (open.Outcome, open.Reason));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task LongRequests_ComeInParts()
    {
        await using NodeFixture node = await ChatNode.StartAsync(limits: new ChatModelLimits { BodyBytes = 16 << 20 }, options: static options => options with { MaximumBodyBytes = 16 << 20 });
        string filler = new('x', 12 << 20);
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal($"application shop#{i}", await node.RelationAsync(Shop.Body($"prompt {i}").Replace("\"Hi\"", $"\"{filler}\"", StringComparison.Ordinal)));
        }

        JsonElement first = await node.GetAsync("/v1/applications/shop/history");
        Assert.Equal((3, true), (first.GetProperty("configurations").GetArrayLength(), first.GetProperty("more").GetBoolean()));
        JsonElement second = await node.GetAsync("/v1/applications/shop/history?after=3");
        Assert.Equal((2, false, 3), (second.GetProperty("configurations").GetArrayLength(), second.GetProperty("more").GetBoolean(), second.GetProperty("after").GetInt32()));
        Assert.Equal(4, second.GetProperty("configurations")[0].GetProperty("number").GetInt32());
        Assert.Empty((await node.GetAsync("/v1/applications/shop/history?after=5")).GetProperty("configurations").EnumerateArray());
        foreach (string after in new[] { "-1", "x", "99999999999", "1%202" })
        {
            (int status, string body, _) = await node.SendAsync(HttpMethod.Get, "/v1/applications/shop/history?after=" + after);
            Assert.Equal((400, "application/after"), (status, body.Json().GetProperty("code").GetString()));
        }
    }

    /// <summary>Where no checkpoint comes, callers wait for one once, not for each configuration.</summary>
    [Fact]
    public async Task WithoutACheckpoint_APageWaitsOnce()
    {
        await using NodeFixture node = await ChatNode.StartAsync(options: static options => options with { CheckpointInterval = TimeSpan.FromMinutes(1) });
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(200, (await node.AskAsync(Shop.Body($"prompt {i}"))).Status);
        }

        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(8, (await node.GetAsync("/v1/applications/shop/history")).GetProperty("configurations").GetArrayLength());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }
}
