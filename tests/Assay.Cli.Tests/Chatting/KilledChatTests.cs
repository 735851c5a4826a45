using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Assay.Chat;
using Assay.Cli.Commands;
using Assay.Log.Checking;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Cli.Tests.Chatting;

/// <summary>kill -9 in mid-stream: what was acknowledged is kept, and what was signed on the way of the rest can be judged without the node.</summary>
public sealed partial class KilledChatTests
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1" ? 20 : 2;

    [Fact]
    public async Task W15_AStreamThatWasAcknowledged_KeepsItsReceipt_AndOfTheRest_WhatWasSignedHolds()
    {
        string folder = Directory.CreateTempSubdirectory("assay-kill-chat-").FullName;
        await using ScriptedServer upstream = new(PlayAsync);
        try
        {
            string chat = Path.Combine(folder, "chat.json"), node = Path.Combine(folder, "node");
            await File.WriteAllTextAsync(chat, $$"""{"profile":"assay/chat/v1","models":{"far":{"upstreams":[{"url":"{{upstream.Address}}","model":"far"}]} } }""");
            List<Heard> whole = [], broken = [];
            Random random = new(11);
            for (int kill = 0; kill < Kills; kill++)
            {
                (List<Heard> done, List<Heard> cut) = await RunAndKillAsync(node, chat, TimeSpan.FromMilliseconds(random.Next(5, 200)));
                whole.AddRange(done);
                broken.AddRange(cut);
            }

            Assert.True(whole.Count > Kills && broken.Count >= 3 * Kills, $"{whole.Count} whole and {broken.Count} broken streams would show little");
            Assert.Empty(Fsck.Run(Path.Combine(node, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check }).Findings);
            using NodeIdentity identity = NodeIdentity.OpenOrCreate(node, "localhost/assay", TimeProvider.System.GetUtcNow());
            TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _)!;
            await using CliNode again = await CliNode.StartAsync(node, "--chat", chat);

            // Whoever heard the end has its receipt, and no two have one number or id.
            Dictionary<ulong, ReceiptId> numbers = [];
            foreach (Heard heard in whole)
            {
                byte[] bytes = await again.Client.GetBundleAsync(heard.Id, heard.Secret, CancellationToken.None);
                Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bytes, Now = TimeProvider.System.GetUtcNow(), Trust = trust, RequestBytes = heard.Request, ResponseBytes = heard.Capture.Transcript });
                Assert.True(verdict.Outcome == Outcome.Met, $"{heard.Id}: {verdict.Summary}");
                Bundle bundle = Bundle.TryDecode(bytes, out _)!;
                Assert.Equal(ReceiptPhase.Final, bundle.Envelope.Statement.Phase);
                if (heard.Receipt is { } digest)
                {
                    Assert.Equal(bundle.Envelope.Digest.ToString(), digest);
                }

                Assert.True(numbers.TryAdd(bundle.Envelope.Statement.Counter, heard.Id), $"two receipts have the number {bundle.Envelope.Statement.Counter}");
            }

            // No number was lost or left out: the last one is how many receipts are in the log.
            Heard next = await ReadAsync(again.Address, Body("short"), static _ => { });
            byte[] any = await again.Client.GetBundleAsync(next.Id, next.Secret, CancellationToken.None);
            LogStatistics log = await LogStatistics.ReadAsync(again.Client, CancellationToken.None);
            for (int wait = 0; wait < 100 && (ulong)log.Receipts < Bundle.TryDecode(any, out _)!.Envelope.Statement.Counter; wait++)
            {
                await Task.Delay(50);
                log = await LogStatistics.ReadAsync(again.Client, CancellationToken.None);
            }

            Assert.True(log.RootMatches);
            Assert.Equal((ulong)log.Receipts, Bundle.TryDecode(any, out _)!.Envelope.Statement.Counter);
            Assert.All(numbers.Keys, number => Assert.InRange(number, 1UL, (ulong)log.Receipts));
            Assert.Equal(whole.Count + broken.Count, whole.Concat(broken).Select(static heard => heard.Id).Distinct().Count());

            // What broke has no receipt but those on its way, and they are enough.
            await File.WriteAllBytesAsync(Path.Combine(folder, "any.receipt"), any);
            await File.WriteAllTextAsync(Path.Combine(folder, "trust.txt"), identity.TrustText);
            foreach (Heard heard in broken)
            {
                Assert.Contains("receipt_not_found", (await Assert.ThrowsAsync<Client.NodeException>(() => again.Client.GetBundleAsync(heard.Id, heard.Secret, CancellationToken.None))).Code, StringComparison.Ordinal);
                await JudgeAsync(folder, heard);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task JudgeAsync(string folder, Heard heard)
    {
        CliRunner.Result judged = await VerifyAsync(folder, heard, heard.Bytes);
        Match signed = FirstEvents().Match(Flat(judged.Output));
        Assert.True(signed.Success, judged.Output + judged.Error);
        Assert.Equal(3, judged.ExitCode);
        Assert.Equal(heard.Capture.Progress.Max(static progress => progress.Count), int.Parse(signed.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Contains("breaks off, without [DONE]", judged.Output, StringComparison.Ordinal);

        // A word of it in other letters, and another question: not what was signed.
        string text = Encoding.UTF8.GetString(heard.Bytes);
        Assert.Contains("\"word 20 \"", text, StringComparison.Ordinal);
        CliRunner.Result altered = await VerifyAsync(folder, heard, Encoding.UTF8.GetBytes(text.Replace("\"word 20 \"", "\"word 21 \"", StringComparison.Ordinal)));
        Assert.Equal(1, altered.ExitCode);
        Assert.Contains("NOT AS SIGNED", altered.Output, StringComparison.Ordinal);
        CliRunner.Result other = await VerifyAsync(folder, heard with { Request = Body("another") }, heard.Bytes);
        Assert.Equal(1, other.ExitCode);
    }

    private static async Task<CliRunner.Result> VerifyAsync(string folder, Heard heard, byte[] stream)
    {
        string saved = Path.Combine(folder, "answer.sse"), asked = Path.Combine(folder, "body.json");
        await File.WriteAllBytesAsync(saved, stream);
        await File.WriteAllBytesAsync(asked, heard.Request);
        return await CliRunner.RunAsync("verify", Path.Combine(folder, "any.receipt"), "--trust", Path.Combine(folder, "trust.txt"), "--request", asked, "--stream", saved);
    }

    private static async Task<(List<Heard> Whole, List<Heard> Broken)> RunAndKillAsync(string folder, string chat, TimeSpan life)
    {
        List<Heard> whole = [], broken = [];
        await using CliNode node = await CliNode.StartAsync(folder, "--chat", chat);
        int signed = 0;
        Task[] load =
        [
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(async () => Keep(await ReadAsync(node.Address, Body("long"), progress =>
            {
                if (progress == 2)
                {
                    Interlocked.Increment(ref signed);
                }
            })))),
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    try
                    {
                        Heard heard = await ReadAsync(node.Address, Body("short"), static _ => { });
                        if (!heard.Capture.IsDone)
                        {
                            return;
                        }

                        Keep(heard);
                    }
                    catch (HttpRequestException)
                    {
                        return;
                    }
                }
            })),
        ];

        // However busy the machine is: each long stream is to have been signed on its way, and some short ones to have ended.
        for (int wait = 0; wait < 3000 && (Volatile.Read(ref signed) < 3 || Count() < 3); wait++)
        {
            await Task.Delay(20);
        }

        await Task.Delay(life);
        node.Kill();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(1));
        return (whole, broken);

        void Keep(Heard heard)
        {
            lock (whole)
            {
                (heard.Capture.IsDone ? whole : broken).Add(heard);
            }
        }

        int Count()
        {
            lock (whole)
            {
                return whole.Count;
            }
        }
    }

    // Reads until the stream ends or breaks.
    private static async Task<Heard> ReadAsync(Uri address, byte[] body, Action<int> onProgress)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(address, "/v1/chat/completions")) { Content = new ByteArrayContent(body) };
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId id));
        using MemoryStream saved = new();
        byte[] piece = new byte[4096];
        int told = 0;
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync();
            while (await stream.ReadAsync(piece) is var read and > 0)
            {
                saved.Write(piece, 0, read);
                int progress = Encoding.UTF8.GetString(saved.GetBuffer(), 0, (int)saved.Length).Split(": assay-progress ").Length - 1;
                for (; told < progress; told++)
                {
                    onProgress(told + 1);
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Broken off, as it should be.
        }

        byte[] bytes = saved.ToArray();
        SseCapture capture = SseCapture.TryRead(bytes, out string? error) ?? throw new InvalidOperationException(error);
        Match receipt = ReceiptLine().Match(Encoding.UTF8.GetString(bytes));
        return new Heard(id, response.Headers.GetValues("Assay-Receipt-Secret").Single(), body, bytes, capture, receipt.Success ? receipt.Groups[1].Value : null);
    }

    private static async Task PlayAsync(ScriptedExchange exchange)
    {
        bool isLong = Encoding.UTF8.GetString(exchange.Body).Contains("long", StringComparison.Ordinal);
        await exchange.BeginAsync();
        for (int i = 0; isLong || i < 40; i++)
        {
            await exchange.WriteAsync($$"""data: {"id":"u","model":"far","choices":[{"index":0,"delta":{"content":"word {{i}} "},"finish_reason":null}]}""" + "\n\n");
            if (isLong)
            {
                await Task.Delay(3, exchange.Stopping);
            }
        }

        await exchange.WriteAsync("""data: {"id":"u","model":"far","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n");
    }

    private static byte[] Body(string what) => Encoding.UTF8.GetBytes($$"""{"model":"far@signed","stream":true,"messages":[{"role":"user","content":"Something {{what}}"}]}""");

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"the node signed the first (\d+) events for this request")]
    private static partial Regex FirstEvents();

    [GeneratedRegex(@"^: assay-receipt \S+ ([0-9a-f]{64})", RegexOptions.Multiline)]
    private static partial Regex ReceiptLine();

    private sealed record Heard(ReceiptId Id, string Secret, byte[] Request, byte[] Bytes, SseCapture Capture, string? Receipt);
}
