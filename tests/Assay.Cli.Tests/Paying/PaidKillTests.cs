using System.Collections.Concurrent;
using System.Text;
using Assay.Log.Checking;
using Assay.Node.Issuing;
using Assay.Node.Tests.Paying;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary>kill -9 of <c>assay serve</c> at any time while it is paid. At each step in turn: <c>Assay.Node.Tests/Paying/KillTests</c>.</summary>
public sealed class PaidKillTests
{
    private const int Payers = 4;

    private const int Kills = 20;

    [DeepFact]
    public async Task AServerKilledWhileItIsPaid_ChargesOnceForEachPayment_AndAnswersAll()
    {
        FakeFacilitator facilitator = new();
        await using HttpFacilitator served = await HttpFacilitator.StartAsync(facilitator);
        using PaidServer server = new("risk");
        await server.AddModelAsync();
        List<Sent> all = [];
        Random random = new(10);
        for (int kill = 0; kill < Kills; kill++)
        {
            all.AddRange(await LoadAndKillAsync(server, served.Address, random.Next(2, 300)));
        }

        int answered = all.Count(static sent => sent.Answer is not null);
        Assert.True(answered > Kills, $"only {answered} of {all.Count} payments were answered: the test would show little");
        await using (CliNode node = await server.StartAsync(served.Address))
        {
            foreach (Sent sent in all)
            {
                // Nothing was answered that wasn't paid; and each payment has its answer, whatever became of the process that took it.
                Assert.True(sent.Answer is null || facilitator.Moved.ContainsKey(sent.Nonce));
                using HttpResponseMessage response = await server.SendAsync(node, sent.Body, sent.Payment);
                Assert.Equal(FakeFacilitator.Hash(sent.Nonce), (await PaidServer.SettledAsync(response)).Transaction);
                byte[] answer = await response.Content.ReadAsByteArrayAsync();
                Assert.True(sent.Answer is null || answer.AsSpan().SequenceEqual(sent.Answer));
                Assert.True(ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId id));
                byte[] bundle = await node.Client.GetBundleAsync(id, response.Headers.GetValues("Assay-Receipt-Secret").Single(), CancellationToken.None);
                Assert.Equal(Basis.Settlement, Assert.Single(Bundle.TryDecode(bundle, out _)!.Endorsements).Endorsement.By);
            }

            node.Kill();
        }

        Assert.Equal(all.Count, facilitator.Moved.Count);

        // Work without a payment: at most one piece for each payer and kill, and nobody was given it.
        FsckReport report = Fsck.Run(Path.Combine(server.Folder, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check });
        Assert.Empty(report.Findings);
        Assert.InRange((int)report.Receipts, all.Count, all.Count + (Kills * Payers));
    }

    private static async Task<IReadOnlyCollection<Sent>> LoadAndKillAsync(PaidServer server, Uri facilitator, int life)
    {
        ConcurrentQueue<Sent> all = [];
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CliNode node = await server.StartAsync(facilitator);
        Task[] load = [.. Enumerable.Range(0, Payers).Select(_ => Task.Run(async () =>
        {
            using Payer payer = new();
            try
            {
                for (int i = 0; ; i++)
                {
                    byte[] body = Body($"{payer.Address}/{i}");
                    Sent sent = new(body, await server.PayAsync(node, body, payer));
                    all.Enqueue(sent);
                    using HttpResponseMessage response = await server.SendAsync(node, body, sent.Payment);
                    await PaidServer.SettledAsync(response);
                    sent.Answer = await response.Content.ReadAsByteArrayAsync();
                    first.TrySetResult();
                }
            }
            catch (HttpRequestException)
            {
                // It is dead.
            }
        }))];

        // However busy the machine is: a kill before the first answer would show little.
        await Task.WhenAny(first.Task, Task.WhenAll(load)).WaitAsync(TimeSpan.FromMinutes(1));
        await Task.Delay(life);
        node.Kill();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(1));
        return all;
    }

    private static byte[] Body(string id) => Encoding.UTF8.GetBytes("{\"id\":\"" + id + "\"," + Encoding.UTF8.GetString(CliNode.RiskRequest())[1..]);

    private sealed record Sent(byte[] Body, string Payment)
    {
        internal Digest32 Nonce { get; } = PaidServer.NonceOf(Payment);

        internal byte[]? Answer { get; set; }
    }
}
