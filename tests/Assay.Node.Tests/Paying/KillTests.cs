using System.Diagnostics;
using System.Text;
using Assay.Evm;
using Assay.Log.Checking;
using Assay.Node.Issuing;
using Assay.Node.Tests.Attesting;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Tests.Paying;

/// <summary>
/// kill -9 of nodes at each step between a payment and its answer, and the next node on the same folder: what was owed is settled once, nobody is
/// charged twice or for nothing, and work that isn't paid for is never answered. At any time under load: <c>Assay.Cli.Tests/Paying/PaidKillTests</c>.
/// </summary>
public sealed class KillTests
{
    internal const string Prices = "prices.json";

    /// <summary>What is durable when the process dies: the identity; the receipt too; that it is owed; the chain has it, and nobody was told; the log says so; the database does.</summary>
    internal static readonly string[] Steps = ["reserved", "receipt", "owed", "settling", "endorsed", "settled"];

    [Fact]
    public async Task KilledAtEachStep_TheNextNodeChargesOnce_LosesNoSettlement_AndAnswers()
    {
        string folder = Directory.CreateTempSubdirectory("assay-killed-").FullName;
        FakeFacilitator facilitator = new();
        try
        {
            await using HttpFacilitator served = await HttpFacilitator.StartAsync(facilitator);
            foreach (Sent sent in await PayAndKillAsync(folder, served))
            {
                await CheckAsync(Path.Combine(folder, sent.Step), facilitator, sent);
            }

            Assert.Equal(Steps.Length, facilitator.Moved.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Remembers that the model was run, whatever becomes of the process.</summary>
    internal static void Note(string folder) => File.AppendAllText(Path.Combine(folder, "runs"), "x");

    private static long Runs(string folder) => new FileInfo(Path.Combine(folder, "runs")) is { Exists: true } file ? file.Length : 0;

    private static async Task CheckAsync(string folder, FakeFacilitator facilitator, Sent sent)
    {
        bool isPaid = facilitator.Moved.ContainsKey(sent.Nonce), isOwed = isPaid || sent.Step == "owed";
        Assert.True(isPaid == (sent.Step is "settling" or "endorsed" or "settled"), sent.Step);
        Assert.True(Runs(folder) == (sent.Step == "reserved" ? 0 : 1), $"{sent.Step}: {Runs(folder)} runs");
        await using (PaidNode node = await PaidNode.StartAsync(() => Note(folder), folder: folder, facilitator: facilitator))
        {
            // What is owed is settled if nobody asks; the rest is free again, and nothing was moved for it.
            await node.SettledAsync();
            Assert.Equal(isOwed, facilitator.Moved.ContainsKey(sent.Nonce));
            Assert.Equal(isOwed ? 1 : 0, node.Store.SettledBy(sent.Payer, long.MaxValue, null, 10).Count);

            // The same payment gets the answer, which is the same ever after, and pays for nothing else.
            (int status, string answer, HttpResponseMessage response) = await node.SendAsync(PaidNode.Body(), sent.Payment);
            Assert.True(status == 200, $"{sent.Step}: {answer}");
            Assert.True(sent.Answer is null || sent.Answer == answer, sent.Step);
            SettlementResponse settled = PaidNode.Settlement(response);
            Assert.Equal((true, FakeFacilitator.Hash(sent.Nonce)), (settled.Success, settled.Transaction));
            await node.SettledAsync();
            Assert.Equal(answer, (await node.SendAsync(PaidNode.Body(), sent.Payment)).Body);
            Assert.Equal(409, (await node.SendAsync(PaidNode.Body(more: "\"id\":\"another\","), sent.Payment)).Status);
            Assert.Equal(Basis.Settlement, Assert.Single((await node.BundleAsync(response)).Endorsements).Endorsement.By);
            Assert.Single(node.Store.SettledBy(sent.Payer, long.MaxValue, null, 10));
        }

        // Once more only what was never answered; a receipt for each piece of work, one endorsement.
        Assert.True(Runs(folder) == (sent.Step == "receipt" ? 2 : 1), $"{sent.Step}: {Runs(folder)} runs");
        Assert.Empty(Fsck.Run(Path.Combine(folder, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check }).Findings);
        List<LogEntry> logged = await Simulated.EntriesAsync(folder);
        Assert.Equal((Runs(folder), 1), (logged.OfType<LogEntry.ForReceipt>().Count(), logged.OfType<LogEntry.ForEndorsement>().Count()));
    }

    private static async Task<List<Sent>> PayAndKillAsync(string folder, HttpFacilitator facilitator)
    {
        foreach (string step in Steps)
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, step)).FullName, Prices), PaidNode.Prices());
        }

        ProcessStartInfo start = new(Environment.ProcessPath!, [typeof(KilledNodes).Assembly.Location, "nodes", folder, facilitator.Address.AbsoluteUri]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using Process nodes = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        using HttpClient http = new();
        List<(Sent Sent, Task<string> Answer)> waiting = [];
        List<Uri> addresses = [];
        while (addresses.Count < Steps.Length)
        {
            addresses.Add(new Uri((await nodes.StandardOutput.ReadLineAsync(limit.Token))!));
        }

        for (int i = 0; i < Steps.Length; i++)
        {
            using Payer payer = new();
            using HttpResponseMessage offered = await AskAsync(addresses[i], null);
            Sent sent = new(Steps[i], payer.Address, payer.Pay(PaidNode.Required(offered)));
            Task<string>? settling = sent.Step == "settling" ? facilitator.KeepSilent() : null;
            Uri address = addresses[i];
            waiting.Add((sent, Task.Run(async () => await (await AskAsync(address, sent.Payment)).Content.ReadAsStringAsync(limit.Token))));
            Assert.Equal(sent.Step, await (settling ?? nodes.StandardOutput.ReadLineAsync(limit.Token).AsTask()!));
        }

        nodes.Kill();
        await nodes.WaitForExitAsync(limit.Token);

        // 128 and the number of SIGKILL.
        Assert.Equal(137, nodes.ExitCode);
        foreach ((Sent sent, Task<string> answer) in waiting)
        {
            // The last one was paid, and its answer need not wait for the database.
            try
            {
                sent.Answer = await answer;
                Assert.Equal("settled", sent.Step);
            }
            catch (HttpRequestException)
            {
            }
        }

        return [.. waiting.Select(static one => one.Sent)];

        async Task<HttpResponseMessage> AskAsync(Uri node, string? payment)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node, "v2/models/tiny/infer")) { Content = new StringContent(PaidNode.Body(), Encoding.UTF8, "application/json") };
            if (payment is not null)
            {
                request.Headers.Add(PaymentHeader.Signature, payment);
            }

            return await http.SendAsync(request, limit.Token);
        }
    }

    private sealed record Sent(string Step, EvmAddress Payer, string Payment)
    {
        internal Digest32 Nonce { get; } = PayloadReader.TryReadHeader(Payment, 2, out _)!.Transfer.Nonce;

        internal string? Answer { get; set; }
    }
}
