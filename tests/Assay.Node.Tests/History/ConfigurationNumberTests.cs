using System.Globalization;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Tests.Chatting;
using Assay.Receipts;

namespace Assay.Node.Tests.History;

/// <summary>Numbers of configurations in receipts: one for each, the same again, never another's (spec/history.md).</summary>
public sealed class ConfigurationNumberTests
{
    [Fact]
    public async Task EachConfiguration_HasItsNumber_AndKeepsIt()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
        Assert.Equal("application shop#2", await node.RelationAsync(Shop.Body("Be long.")));
        Assert.Equal("application shop#3", await node.RelationAsync(Shop.Body(more: ",\"temperature\":0.5")));
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body().Replace("\"Hi\"", "\"Something else\"", StringComparison.Ordinal)));
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body(more: ",\"seed\":99")));
        Assert.Equal("application other#1", await node.RelationAsync(Shop.Body(application: "other")));
        Assert.Null(await node.RelationAsync(Shop.Body(application: null)));
        string before = new('a', 64);
        Assert.Equal("continues; application shop#1", await node.RelationAsync(Shop.Body(more: $",\"continues\":\"{before}\"")));
    }

    [Fact]
    public async Task TheHeader_DoesAsWell_AndMustAgree()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body(application: null), ("Assay-Application", "shop")));
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body(), ("Assay-Application", "shop")));
        (int status, string body, _) = await node.AskAsync(Shop.Body(), headers: ("Assay-Application", "other"));
        Assert.Equal((400, "application/contradiction"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(Shop.Body(application: null), headers: ("Assay-Application", "Shop!"));
        Assert.Equal((400, "application/name"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(Shop.Body(application: ""));
        Assert.Equal((400, "chat/bad-member"), (status, body.Code()));
    }

    [Fact]
    public async Task AfterARestart_NumbersAreTheSame_AndGoOn()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
            {
                await node.RelationAsync(Shop.Body("one"));
                await node.RelationAsync(Shop.Body("two"));
                Assert.Equal("application shop#3", await node.RelationAsync(Shop.Body("three")));
            }

            // Without the file all of it comes back from the log.
            for (int start = 0; start < 2; start++)
            {
                await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
                {
                    Assert.Equal("application shop#2", await node.RelationAsync(Shop.Body("two")));
                    Assert.Equal($"application shop#{4 + start}", await node.RelationAsync(Shop.Body("new " + start)));
                    JsonElement history = await node.GetAsync("/v1/applications/shop/history");
                    Assert.Equal(4 + start, history.GetProperty("configurations").GetArrayLength());
                    Assert.Equal(2 + start, history.GetProperty("configurations")[1].GetProperty("receipts").GetInt32());
                }

                foreach (string file in Directory.GetFiles(folder, "applications.db*"))
                {
                    File.Delete(file);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ManyAtOnce_NoNumberIsTwoConfigurations()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (string System, string? Relation)[] all = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            string system = $"prompt {i % 20}";
            return (system, await node.RelationAsync(Shop.Body(system)));
        }));
        Assert.Equal(20, all.Select(static one => one.Relation).Distinct().Count());
        Assert.All(all.GroupBy(static one => one.Relation), static group => Assert.Single(group.Select(static one => one.System).Distinct()));
    }

    [Fact]
    public async Task WhatAnUpstreamSaysOfItself_IsPartOfIt()
    {
        int asked = 0;
        await using NodeFixture node = await ChatNode.StartAsync(Shop.Upstream(() => Interlocked.Increment(ref asked) == 2 ? "m-2" : "m-1"));
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
        Assert.Equal("application shop#2", await node.RelationAsync(Shop.Body()));
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
    }

    [Fact]
    public async Task AnAbortReceipt_Counts()
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, cancellation) => EndlessAsync(cancellation)), new ChatModelLimits { PerToken = TimeSpan.FromMilliseconds(200) });
        using HttpResponseMessage response = await node.OpenAsync(Shop.Body(more: ",\"stream\":true"));
        Assert.True((await response.LinesAsync()).Broke);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
        Assert.Equal("application shop#1", bundle.Claims.Text(ClaimRegistry.LineageRelation));
        Assert.Equal(1, (await node.GetAsync("/v1/applications/shop/history")).GetProperty("configurations")[0].GetProperty("receipts").GetInt32());

        static async IAsyncEnumerable<ChatEvent> EndlessAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            yield return new ChatEvent { Content = "a" };
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    [Fact]
    public async Task TooManyConfigurations_AreRefusedBeforeWork_AndThoseThatAreKnownGoOn()
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend, options: static options => options with { MaximumConfigurations = 3 });
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal($"application shop#{i}", await node.RelationAsync(Shop.Body("prompt " + i.ToString(CultureInfo.InvariantCulture))));
        }

        int ended = backend.Ended;
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(Shop.Body("prompt 4"));
        Assert.Equal((422, "application/too-many-configurations"), (status, body.Code()));
        Assert.False(response.Headers.Contains("Assay-Receipt"));
        Assert.Equal(ended, backend.Ended);
        Assert.Equal("application shop#2", await node.RelationAsync(Shop.Body("prompt 2")));
        Assert.Equal("application other#1", await node.RelationAsync(Shop.Body("prompt 4", application: "other")));
    }

    /// <summary>What an upstream says of itself isn't the caller's doing: it may use up numbers, and not what the application asks for.</summary>
    [Fact]
    public async Task AnUpstreamThatIsNeverTheSame_DoesntEndWhatWasAskedBefore()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            int asked = 0;
            for (int start = 0; start < 2; start++)
            {
                await using NodeFixture node = await ChatNode.StartAsync(Shop.Upstream(() => $"m-{Interlocked.Increment(ref asked)}"), folder: folder, options: static options => options with { MaximumConfigurations = 2 });
                for (int i = 0; i < 3; i++)
                {
                    Assert.Equal($"application shop#{asked + 1}", await node.RelationAsync(Shop.Body()));
                }

                Assert.Equal($"application shop#{asked + 1}", await node.RelationAsync(Shop.Body("Be long.")));
                (int status, string body, _) = await node.AskAsync(Shop.Body("Be somebody else."));
                Assert.Equal((422, "application/too-many-configurations"), (status, body.Code()));
            }

            Assert.Equal(8, asked);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ItsNumbers_AreBoundedToo()
    {
        int asked = 0;
        await using NodeFixture node = await ChatNode.StartAsync(Shop.Upstream(() => $"m-{Interlocked.Increment(ref asked)}"), options: static options => options with { MaximumConfigurations = 1 });
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(200, (await node.AskAsync(Shop.Body())).Status);
        }

        (int status, string body, _) = await node.AskAsync(Shop.Body());
        Assert.Equal((422, "application/too-many-configurations", 100), (status, body.Code(), asked));
        Assert.Equal("application other#1", await node.RelationAsync(Shop.Body(application: "other")));
    }

    [Fact]
    public async Task TooManyApplications_AreRefused_AndNamesThatCameToNothingTakeNoRoom()
    {
        await using NodeFixture node = await ChatNode.StartAsync(options: static options => options with { MaximumApplications = 2 });
        Assert.Equal("application a#1", await node.RelationAsync(Shop.Body(application: "a")));
        await node.PutAsync("/v1/applications/b/prompts/p", "\"text\"");
        (int status, string body, _) = await node.AskAsync(Shop.Body(application: "c"));
        Assert.Equal((422, "application/too-many"), (status, body.Code()));
        (int put, JsonElement json) = await node.PutAsync("/v1/applications/c", """{"closed":true}""");
        Assert.Equal((422, "application/too-many"), (put, json.GetProperty("code").GetString()));
        Assert.Equal("application b#1", await node.RelationAsync(Shop.Body(application: "b")));
        Assert.Equal("application a#1", await node.RelationAsync(Shop.Body(application: "a")));
    }

    [Fact]
    public async Task ANameWhoseRequestFails_TakesNoRoom()
    {
        bool fails = true;
        ScriptedBackend backend = new((plan, cancellation) => fails ? throw new ChatBackendException("backend/failed", "no") : ScriptedBackend.Say(plan, ["a"], cancellation));
        await using NodeFixture node = await ChatNode.StartAsync(backend, options: static options => options with { MaximumApplications = 1 });
        Assert.NotEqual(200, (await node.AskAsync(Shop.Body(application: "typo"))).Status);
        fails = false;
        Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
    }

    [Fact]
    public async Task AStoreThatIsDamaged_IsRefused_AndTheLogStaysFree()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            string file = Path.Combine(folder, "applications.db");
            await File.WriteAllTextAsync(file, new string('x', 5000));
            InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => ChatNode.StartAsync(folder: folder));
            Assert.Contains("applications.db", refused.Message, StringComparison.Ordinal);
            File.Delete(file);
            await using NodeFixture node = await ChatNode.StartAsync(folder: folder);
            Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What an earlier version read of the log is read again; what was registered stays.</summary>
    [Fact]
    public async Task AStoreOfAnEarlierReading_IsReadAgain()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
            {
                await node.RelationAsync(Shop.Body());
                await node.RelationAsync(Shop.Body("Be long."));
                await node.PutAsync("/v1/applications/shop/prompts/p", "\"Be brief.\"");
            }

            using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={Path.Combine(folder, "applications.db")};Pooling=False"))
            {
                connection.Open();
                using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
                command.CommandText = "ALTER TABLE configurations DROP COLUMN asked; UPDATE state SET reading = 1";
                command.ExecuteNonQuery();
            }

            await using NodeFixture again = await ChatNode.StartAsync(folder: folder);
            Assert.Equal("application shop#2", await again.RelationAsync(Shop.Body("Be long.")));
            JsonElement history = await again.GetAsync("/v1/applications/shop/history");
            Assert.Equal([1, 2], history.GetProperty("configurations").EnumerateArray().Select(static one => one.GetProperty("receipts").GetInt32()));
            Assert.Equal("p@1", history.GetProperty("configurations")[0].GetProperty("registered").GetProperty("prompt").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AStoreThatKnowsMoreThanTheLog_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        string kept = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
            {
                await node.RelationAsync(Shop.Body());
                await node.GetAsync("/v1/applications");
            }

            foreach (string file in Directory.GetFiles(folder, "applications.db*"))
            {
                File.Move(file, Path.Combine(kept, Path.GetFileName(file)));
            }

            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.GetFiles(kept))
            {
                File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => ChatNode.StartAsync(folder: folder));
            Assert.Contains("old copy", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(kept, recursive: true);
        }
    }
}
