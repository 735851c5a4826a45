using Assay.Chain;
using Assay.Evm;
using Assay.Facilitator;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Node.Tests.Attesting;
using Assay.Primitives;

namespace Assay.Node.Tests.Paying;

/// <summary>
/// The process that <see cref="KillTests"/> kills: a node for each step between a payment and its answer, which says when it has made that step, and
/// stops there. One process for all of them: a start takes a second.
/// </summary>
internal static class KilledNodes
{
    internal static async Task<int> RunAsync(string folder, Uri facilitator)
    {
        // One stands still for each node.
        ThreadPool.SetMinThreads(2 * KillTests.Steps.Length, 4);
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        using EvmAccount account = EvmAccount.Generate();
        List<NodeFixture> nodes = [];
        foreach (string step in KillTests.Steps)
        {
            string own = Path.Combine(folder, step);
            Life life = new(step);
            PaymentParts paying = new(new RemoteFacilitator(http, facilitator, null, TimeProvider.System), new Signer(account, life), []);
            ServedModel served = new HookedRunner(() => KillTests.Note(own)).Serve();
            NodeFixture node = await NodeFixture.StartAsync([served], folder: own, options: o => o with { PriceFile = Path.Combine(own, KillTests.Prices) }, paying: paying, time: new Clock(life));
            node.Host.Payments!.Store.AfterStep = life.Passed;
            nodes.Add(node);
            Console.Out.WriteLine(node.Host.Address);
        }

        // It doesn't outlive the test.
        await Console.In.ReadToEndAsync();
        return 1;
    }

    /// <summary>How far the one payment of a node has come.</summary>
    private sealed class Life(string end)
    {
        internal volatile string Last = "";

        internal void Passed(string step)
        {
            Last = step;
            if (step == end)
            {
                Console.Out.WriteLine(step);
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }

    // How long an answer took is asked once its receipt is durable, and nothing else is between "reserved" and "owed".
    private sealed class Clock(Life life) : TimeProvider
    {
        public override long GetTimestamp()
        {
            if (life.Last == "reserved")
            {
                life.Passed("receipt");
            }

            return base.GetTimestamp();
        }
    }

    // That it was paid is signed for the payer once the log says so, and before the database does.
    private sealed class Signer(EvmAccount account, Life life) : IEvmSigner
    {
        public EvmAddress Address => account.Address;

        public EvmSignature Sign(in Digest32 digest)
        {
            if (life.Last == "owed")
            {
                life.Passed("endorsed");
            }

            return account.Sign(digest);
        }
    }
}
