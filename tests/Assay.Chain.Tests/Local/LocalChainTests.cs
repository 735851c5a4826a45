using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Chain.Tests;

public sealed class LocalChainTests(LocalChainFixture fixture) : IClassFixture<LocalChainFixture>
{
    private static readonly EvmAddress Holder = EvmAddress.From(Enumerable.Repeat((byte)0x42, 20).ToArray());

    [OracleFact(Oracle.LocalChain)]
    public async Task Token_has_the_domain_of_the_network_that_it_stands_for()
    {
        Assert.Equal(
            "0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818",
            await CallAsync(LocalChain.Token, "DOMAIN_SEPARATOR()"));
        Assert.Equal(
            "0x" + Eip712.Domain(LocalChain.TokenName, LocalChain.TokenVersion, LocalChain.ChainId, LocalChain.Token),
            await CallAsync(LocalChain.Token, "DOMAIN_SEPARATOR()"));
        Assert.Equal(
            "0x" + Eip712.Domain("Permit2", null, LocalChain.ChainId, PaymentContracts.Permit2),
            await CallAsync(PaymentContracts.Permit2, "DOMAIN_SEPARATOR()"));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Proxies_point_at_permit2_and_hash_their_witness()
    {
        foreach ((EvmAddress proxy, string witness) in new[]
        {
            (PaymentContracts.ExactProxy, "Witness(address to,uint256 validAfter)"),
            (PaymentContracts.UptoProxy, "Witness(address to,address facilitator,uint256 validAfter)"),
        })
        {
            Assert.EndsWith(PaymentContracts.Permit2.ToLowerString()[2..], await CallAsync(proxy, "PERMIT2()"), StringComparison.Ordinal);
            Assert.Equal("0x" + Eip712.TypeHash(witness), await CallAsync(proxy, "WITNESS_TYPEHASH()"));
        }
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Balances_and_allowances_are_those_that_the_token_tells()
    {
        await fixture.Chain.SetTokensAsync(Holder, 1_234_567);
        await fixture.Chain.AllowPermit2Async(Holder, 89);
        Assert.Equal(1_234_567, await fixture.Chain.TokensOfAsync(Holder));
        Assert.Equal("0x" + EvmAmount.Word(1_234_567), await CallAsync(LocalChain.Token, "balanceOf(address)", Eip712.Word(Holder)));
        Assert.Equal(
            "0x" + EvmAmount.Word(89),
            await CallAsync(LocalChain.Token, "allowance(address,address)", Eip712.Word(Holder), Eip712.Word(PaymentContracts.Permit2)));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Blocks_are_mined_as_told()
    {
        long before = await BlockAsync();
        await fixture.Chain.MineAsync(3);
        Assert.Equal(before + 3, await BlockAsync());
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Chain_ends_with_its_input_and_so_with_the_process_that_started_it()
    {
        Uri url;
        await using (LocalChain chain = await LocalChain.StartAsync())
        {
            url = chain.Url;
        }

        using HttpClient http = new();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.PostAsJsonAsync(url, new { jsonrpc = "2.0", id = 1, method = "eth_chainId" }));
    }

    [Fact]
    public async Task Program_that_is_no_chain_is_an_error_and_no_wait()
    {
        Stopwatch watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<InvalidOperationException>(() => LocalChain.StartAsync("/bin/true"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }

    private async Task<string> CallAsync(EvmAddress contract, string function, params Digest32[] arguments)
    {
        byte[] selector = Keccak256.HashData(System.Text.Encoding.ASCII.GetBytes(function)).Bytes[..4].ToArray();
        string data = "0x" + Convert.ToHexStringLower(selector) + string.Concat(arguments);
        JsonElement answer = await fixture.Chain.RequestAsync(
            "eth_call", default, new Dictionary<string, string> { ["to"] = contract.ToLowerString(), ["data"] = data }, "latest");
        return answer.GetString()!;
    }

    private async Task<long> BlockAsync() =>
        long.Parse((await fixture.Chain.RequestAsync("eth_blockNumber", default)).GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
