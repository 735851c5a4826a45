using System.Text;
using Assay.Chain;
using Assay.Payments;

namespace Assay.Facilitator.Tests;

/// <summary>The process that <see cref="KillTests"/> kills: it settles one payment, and says each step and stops there.</summary>
internal static class KilledChild
{
    public static async Task<int> RunAsync(Uri rpc, string folder, string key, string step, string payment, string offer)
    {
        using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(key));
        using HttpClient http = new();
        ChainClient chain = new(http, rpc);
        using TransactionSender sender = new(chain, account, new TransactionSenderOptions { ChainId = LocalChain.ChainId });
        using SettlementStore store = SettlementStore.Open(folder);
        FacilitatorOptions options = Desk.Options with
        {
            AfterStep = name =>
            {
                if (name == step)
                {
                    Console.Out.WriteLine(name);
                    Console.Out.Flush();
                    Thread.Sleep(Timeout.Infinite);
                }
            },
        };
        await using LocalFacilitator facilitator = await LocalFacilitator.StartAsync(options, chain, sender, store, TimeProvider.System, default);
        PaymentPayload read = PayloadReader.TryRead(Encoding.UTF8.GetBytes(payment), out _)!;
        PaymentRequirements of = RequirementsReader.TryReadText(offer)!;
        SettleReply reply = await facilitator.SettleAsync(read, of, of.Amount, default);
        Console.Out.WriteLine(reply.Outcome);
        return 0;
    }
}
