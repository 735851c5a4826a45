using System.Text;
using Assay.Chat;
using Assay.Node.Keys;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Tests.Histories;

/// <summary>kill -9 while new configurations come: a number that left in a receipt is never given to another one.</summary>
public sealed class KilledNumbersTests
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1" ? 25 : 3;

    [Fact]
    public async Task NoNumberIsGivenTwice()
    {
        string folder = Directory.CreateTempSubdirectory("assay-kill-history-").FullName;
        await using ShopNode shop = await ShopNode.CreateAsync(folder);
        try
        {
            string node = Path.Combine(folder, "node");
            List<ShopNode.Answered> all = [];
            Random random = new(5);
            for (int kill = 0; kill < Kills; kill++)
            {
                all.AddRange(await RunAndKillAsync(node, shop.Chat, kill, TimeSpan.FromMilliseconds(random.Next(1, 150))));
            }

            Assert.True(all.Count > 10 * Kills, $"only {all.Count} answers: the test would show little");
            await using CliNode again = await CliNode.StartAsync(node, "--chat", shop.Chat);
            all.Add(await ShopNode.AskAsync(again.Address, "the last one"));
            Dictionary<int, string> systems = [];
            Dictionary<string, int> numbers = [];
            List<ReadOnlyMemory<byte>> receipts = [];
            foreach (ShopNode.Answered answered in all)
            {
                byte[] bundle = await again.Client.GetBundleAsync(answered.Id, answered.Secret, CancellationToken.None);
                receipts.Add(bundle);
                ChatLineage lineage = ChatLineage.TryRead(Bundle.TryDecode(bundle, out _)!.Claims.Text(ClaimRegistry.LineageRelation))!;
                Assert.Equal("shop", lineage.Application);
                Assert.True(systems.TryAdd(lineage.Configuration, answered.System) || systems[lineage.Configuration] == answered.System, $"number {lineage.Configuration} is '{systems[lineage.Configuration]}' and '{answered.System}'");
                Assert.True(numbers.TryAdd(answered.System, lineage.Configuration) || numbers[answered.System] == lineage.Configuration, $"'{answered.System}' has two numbers");
            }

            // And the node's history has all of it. Receipts that nobody heard of may be there too.
            using NodeIdentity identity = NodeIdentity.OpenOrCreate(node, "localhost/assay", TimeProvider.System.GetUtcNow());
            HistoryReport report = HistoryChecker.Check(new HistoryInput
            {
                History = await again.Client.GetAsync("v1/applications/shop/history", CancellationToken.None),
                Now = TimeProvider.System.GetUtcNow(),
                Trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _)!,
                Receipts = receipts,
            });
            Assert.True(report.Outcome == Outcome.Met, report.Summary);
            Assert.All(report.Held, static held => Assert.Equal(QuestionStatus.Established, held.Status));
            Assert.True(report.Configurations.Sum(static configuration => configuration.Receipts) >= all.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Prompts that come again in each life, and prompts of this life alone, in an order that differs each time.
    private static async Task<List<ShopNode.Answered>> RunAndKillAsync(string folder, string chat, int life, TimeSpan length)
    {
        List<ShopNode.Answered> heard = [];
        await using CliNode node = await CliNode.StartAsync(folder, "--chat", chat);
        Task[] load = [.. Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            Random random = new((life * 10) + worker);
            while (true)
            {
                try
                {
                    ShopNode.Answered answered = await ShopNode.AskAsync(node.Address, random.Next(2) == 0 ? $"always {random.Next(30)}" : $"in life {life}: {random.Next(30)}");
                    lock (heard)
                    {
                        heard.Add(answered);
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }))];
        for (int wait = 0; wait < 3000 && Count() < 15; wait++)
        {
            await Task.Delay(10);
        }

        await Task.Delay(length);
        node.Kill();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(1));
        return heard;

        int Count()
        {
            lock (heard)
            {
                return heard.Count;
            }
        }
    }
}
