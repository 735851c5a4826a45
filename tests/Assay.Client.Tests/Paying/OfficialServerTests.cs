using System.Net;
using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Client.Tests;

/// <summary>Our handler pays a server that isn't ours: Express with x402's own middleware and facilitator, on a local chain.</summary>
public sealed class OfficialServerTests(LocalChainFixture fixture) : IClassFixture<LocalChainFixture>
{
    [OracleFact(Oracle.X402)]
    public async Task OurHandlerPaysTheOfficialServer_ByEveryMethod_AndOnceEach()
    {
        LocalChain chain = fixture.Chain;
        using EvmAccount account = EvmAccount.Generate();
        EvmAddress payee = EvmAddress.From(Keccak256.HashData("the shop's"u8).Bytes[12..]);
        await chain.SetTokensAsync(account.Address, 100_000);
        await chain.AllowPermit2Async(account.Address, EvmAmount.Max);
        await using OracleProcess shop = OracleProcess.Start("x402/shop.mjs", $$"""{"rpc":"{{chain.Url}}","key":"0x{{LocalChain.DevelopmentKeys[1]}}","payTo":"{{payee}}"}""");
        string address = await shop.ReadLineAsync();

        string folder = Directory.CreateTempSubdirectory("assay-shop-").FullName;
        try
        {
            using PaymentLedger ledger = PaymentLedger.Open(Path.Combine(folder, "payments"));
            PaymentPolicy policy = new()
            {
                Tokens = [AllowedToken.UsdcOnBaseSepolia with { PerPayment = 10_000, PerDay = 40_000 }],
                Methods = [TransferMethod.Eip3009, TransferMethod.Permit2, TransferMethod.Permit2Upto],
                Payees = [payee],
            };
            using HttpClient http = new(new PaymentHandler(new SocketsHttpHandler { AllowAutoRedirect = false }, account, policy, ledger, TimeProvider.System) { Pause = TimeSpan.Zero });
            BigInteger paid = 0;
            foreach ((string path, int charged) in ((string, int)[])[("eip3009", 10_000), ("permit2", 10_000), ("upto", 4_000), ("fails", 10_000)])
            {
                using HttpResponseMessage response = await http.PostAsync(new Uri($"{address}/{path}"), new StringContent("question"));
                Assert.Equal((HttpStatusCode.OK, $"{path}: question"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
                Assert.True(response.RequestMessage!.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? result));
                Assert.Null(result!.Problem);
                Assert.Equal(charged, result.Charged);
                Assert.Equal(paid += charged, await chain.TokensOfAsync(payee));
            }

            // Its handler failed once, so nothing was settled, and the very same payment was good for the next attempt.
            Assert.Equal(4, ledger.All.Count);
            Assert.Equal(100_000 - paid, await chain.TokensOfAsync(account.Address));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
