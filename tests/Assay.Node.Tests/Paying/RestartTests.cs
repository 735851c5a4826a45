using Assay.Node.Paying;
using Assay.Payments;

namespace Assay.Node.Tests.Paying;

/// <summary>A node that stops while a payment is owed. One that is killed: <see cref="KillTests"/>.</summary>
public sealed class RestartTests
{
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
            StoredPayment settled = Assert.Single(again.Store.SettledBy(payer.Address, long.MaxValue, null, 10));
            Assert.Equal(PaymentState.Settled, settled.State);
            Assert.True(SettlementResponse.TryRead(settled.Response)!.Success);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
