using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Chain.Tests;

/// <summary>The token's functions, called without a transaction: what goes through, and what it says where it doesn't.</summary>
public sealed class TestTokenTests(LocalChainFixture fixture) : IClassFixture<LocalChainFixture>
{
    private const string Arguments = "(address,address,uint256,uint256,uint256,bytes32,";
    private const string Parts = "uint8,bytes32,bytes32)";

    private static readonly EvmAddress Payee = EvmAddress.From(Enumerable.Repeat((byte)0x77, 20).ToArray());
    private static readonly Digest32 Nonce = Digest32.Sha256("nonce"u8);
    private static readonly Digest32 Domain = Eip712.Domain(LocalChain.TokenName, LocalChain.TokenVersion, LocalChain.ChainId, LocalChain.Token);

    [OracleFact(Oracle.LocalChain)]
    public async Task Transfers_by_authorization_take_both_forms_of_signature_and_say_what_is_wrong()
    {
        using EvmAccount payer = EvmAccount.Generate();
        await fixture.Chain.SetTokensAsync(payer.Address, 100);
        foreach ((string function, EvmAddress caller) in new[] { ("transferWithAuthorization", EvmAddress.From(new byte[20])), ("receiveWithAuthorization", Payee) })
        {
            string type = char.ToUpperInvariant(function[0]) + function[1..] + "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";
            async Task<string> CallAsync(BigInteger value, BigInteger after, BigInteger before, bool bytes, EvmAddress from, byte flip = 0)
            {
                EvmSignature signed = payer.Sign(Eip712.Digest(Domain, Eip712.HashStruct(
                    Eip712.TypeHash(type), Eip712.Word(payer.Address), Eip712.Word(Payee), Eip712.Word(value), Eip712.Word(after), Eip712.Word(before), Nonce)));
                byte v = (byte)(signed.V ^ flip);
                AbiValue[] common = [payer.Address, Payee, value, after, before, Nonce];
                return await AskAsync(from, bytes
                    ? new AbiFunction(function + Arguments + "bytes)", "()").Encode([.. common, signed.ToArray()])
                    : new AbiFunction(function + Arguments + Parts, "()").Encode([.. common, (ulong)v, signed.R, signed.S]));
            }

            BigInteger later = BigInteger.Pow(2, 40);
            Assert.Equal("", await CallAsync(100, 0, later, bytes: false, caller));
            Assert.Equal("", await CallAsync(100, 0, later, bytes: true, caller));
            Assert.Contains("authorization is expired", await CallAsync(100, 0, 1, bytes: false, caller), StringComparison.Ordinal);
            Assert.Contains("authorization is not yet valid", await CallAsync(100, later, later + 1, bytes: false, caller), StringComparison.Ordinal);
            Assert.Contains("transfer amount exceeds balance", await CallAsync(101, 0, later, bytes: false, caller), StringComparison.Ordinal);
            Assert.Contains("invalid signature", await CallAsync(100, 0, later, bytes: false, caller, flip: 7), StringComparison.Ordinal);
            if (function == "receiveWithAuthorization")
            {
                Assert.Contains("caller must be the payee", await CallAsync(100, 0, later, bytes: false, payer.Address), StringComparison.Ordinal);
            }
        }
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Several_calls_in_one_say_each_how_they_went()
    {
        AbiFunction several = new("tryAggregate(bool,(address,bytes)[])", "((bool,bytes)[])");
        byte[] balance = new AbiFunction("balanceOf(address)", "(uint256)").Encode(Payee), nothing = new AbiFunction("nothing()", "()").Encode();
        byte[] data = several.Encode(false, AbiValue.List(AbiValue.List(LocalChain.Token, balance), AbiValue.List(LocalChain.Token, nothing)));
        JsonElement answer = await fixture.Chain.RequestAsync("eth_call", default, Call(LocalChain.Multicall, default, data), "latest");
        Assert.True(several.TryDecodeResults(Convert.FromHexString(answer.GetString()!.AsSpan(2)), out AbiValue? results));
        Assert.Equal([true, false], results.Items[0].Items.Select(static result => result.Items[0].Flag));
    }

    private static Dictionary<string, string> Call(EvmAddress to, EvmAddress from, byte[] data) => new()
    {
        ["to"] = to.ToLowerString(), ["from"] = from.ToLowerString(), ["data"] = "0x" + Convert.ToHexStringLower(data),
    };

    // Empty, or what the chain says of the failure.
    private async Task<string> AskAsync(EvmAddress from, byte[] data)
    {
        try
        {
            await fixture.Chain.RequestAsync("eth_call", default, Call(LocalChain.Token, from, data), "latest");
            return "";
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}
