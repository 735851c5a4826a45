using Assay.Node.Paying;
using Assay.Payments;

namespace Assay.Node.Tests.Paying;

/// <summary>A node that dies at each step between a payment and its answer: no double charge, no settlement lost, and the answer can still be had.</summary>
public sealed class RestartTests
{
    // What is on the disk at the moment of the step is what a killed process leaves: the folder is copied there and then.
    [Theory]
    [InlineData("reserved", 2)]
    [InlineData("owed", 1)]
    [InlineData("settling", 1)]
    [InlineData("settled", 1)]
    public async Task ANodeThatDies_ChargesOnceAndAnswers(string step, int expectedRuns)
    {
        int runs = 0, deaths = 0;
        FakeFacilitator facilitator = new();
        string folder = Directory.CreateTempSubdirectory("assay-restart-").FullName, corpse = Directory.CreateTempSubdirectory("assay-restart-").FullName;
        try
        {
            using Payer payer = new();
            string payment, body = PaidNode.Body();
            string? before = null;

            // The last step comes after the answer.
            TaskCompletionSource died = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (PaidNode node = await PaidNode.StartAsync(() => runs++, folder: folder, facilitator: facilitator))
            {
                payment = payer.Pay(await node.OffersAsync(body));
                node.Store.AfterStep = done => Die(done);
                facilitator.OnSettle = _ =>
                {
                    Die("settling");
                    return null;
                };
                (int status, string text, _) = await node.SendAsync(body, payment);
                Assert.Equal(200, status);
                before = text;
                await died.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }

            facilitator.OnSettle = null;
            await using PaidNode again = await PaidNode.StartAsync(() => runs++, folder: corpse, facilitator: facilitator);
            (int later, string answer, HttpResponseMessage response) = await again.SendAsync(body, payment);
            Assert.True(later == 200, answer);
            Assert.True(PaidNode.Settlement(response).Success);
            Assert.Equal(expectedRuns, runs);
            Assert.Equal(step != "reserved", answer == before);
            Assert.Single(facilitator.Moved);
            await again.SettledAsync();
            Assert.Single((await again.BundleAsync(response)).Endorsements);

            // Once: what comes after is another life's.
            void Die(string done)
            {
                if (done == step && Interlocked.Exchange(ref deaths, 1) == 0)
                {
                    CopyAtOneMoment(folder, corpse);
                    died.TrySetResult();
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(corpse, recursive: true);
        }
    }

    // A process dies at one moment, and a copy takes many: it is made again until nothing changed meanwhile (the log publishes by itself).
    private static void CopyAtOneMoment(string folder, string corpse)
    {
        for (int left = 50; ; left--)
        {
            Directory.Delete(corpse, recursive: true);
            Directory.CreateDirectory(corpse);
            string before = State(folder);

            // Locked files too, and what isn't flushed yet as a killed process would leave it: in the page cache.
            using System.Diagnostics.Process copy = System.Diagnostics.Process.Start("cp", ["-a", folder + "/.", corpse]);
            copy.WaitForExit();
            if (copy.ExitCode == 0 && State(folder) == before)
            {
                return;
            }

            Assert.NotEqual(0, left);
            Thread.Sleep(50);
        }
    }

    private static string State(string folder) =>
        string.Join('\n', new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(static file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task WhatWasOwed_IsSettledByTheNextStart_AlsoIfNobodyAsks()
    {
        FakeFacilitator facilitator = new() { OnSettle = static _ => FakeFacilitator.Unavailable };
        string folder = Directory.CreateTempSubdirectory("assay-restart-").FullName;
        try
        {
            using Payer payer = new();
            await using (PaidNode node = await PaidNode.StartAsync(folder: folder, facilitator: facilitator))
            {
                Assert.Equal(503, (await node.SendAsync(PaidNode.Body(), payer.Pay(await node.OffersAsync(PaidNode.Body())))).Status);
            }

            facilitator.OnSettle = null;
            await using PaidNode again = await PaidNode.StartAsync(folder: folder, facilitator: facilitator);
            await again.SettledAsync();
            StoredPayment settled = Assert.Single(again.Store.SettledBy(payer.Address, long.MaxValue, 10));
            Assert.Equal(PaymentState.Settled, settled.State);
            Assert.True(SettlementResponse.TryRead(settled.Response)!.Success);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
