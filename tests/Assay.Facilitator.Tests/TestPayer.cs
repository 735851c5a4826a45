using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator.Tests;

/// <summary>An account that pays, and what it signs.</summary>
internal sealed class TestPayer : IDisposable
{
    private static readonly Digest32 CancelType = Eip712.TypeHash("CancelAuthorization(address authorizer,bytes32 nonce)");
    private static readonly Digest32 PermitType = Eip712.TypeHash("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    private static readonly AbiFunction Cancel = new("cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)", "()");

    public EvmAccount Account { get; } = EvmAccount.Generate();

    public EvmAddress Address => Account.Address;

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>One with money, and an allowance for Permit2.</summary>
    public static async Task<TestPayer> CreateAsync(LocalChain chain, BigInteger? tokens = null, bool allow = true)
    {
        TestPayer payer = new();
        await chain.SetTokensAsync(payer.Address, tokens ?? 1_000_000);
        if (allow)
        {
            await chain.AllowPermit2Async(payer.Address, EvmAmount.Max);
        }

        return payer;
    }

    /// <summary>An offer of a payee that nobody else has.</summary>
    public static PaymentRequirements Offer(TransferMethod method = TransferMethod.Eip3009, long amount = 1000, EvmAddress? facilitator = null) => new()
    {
        Scheme = method == TransferMethod.Permit2Upto ? PaymentRequirements.Upto : PaymentRequirements.Exact,
        ChainId = LocalChain.ChainId,
        Amount = amount,
        Asset = LocalChain.Token,
        PayTo = EvmAddress.From(RandomNumberGenerator.GetBytes(EvmAddress.Size)),
        MaxTimeoutSeconds = 60,
        TokenName = LocalChain.TokenName,
        TokenVersion = LocalChain.TokenVersion,
        Method = method,
        Facilitator = facilitator,
    };

    /// <summary>What pays the offer, not signed yet.</summary>
    public SignedTransfer Transfer(PaymentRequirements offer)
    {
        Digest32 nonce = Digest32.From(RandomNumberGenerator.GetBytes(Digest32.Size));
        return offer.Method == TransferMethod.Eip3009
            ? new TransferAuthorization { Payer = Address, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = nonce, ValidAfter = 0, ValidBefore = Now + 60, Signature = default }
            : new PermitTransfer
            {
                Payer = Address,
                PayTo = offer.PayTo,
                Amount = offer.Amount,
                Nonce = nonce,
                ValidAfter = 0,
                ValidBefore = Now + 60,
                Signature = default,
                Token = offer.Asset,
                Spender = offer.Method == TransferMethod.Permit2 ? PaymentContracts.ExactProxy : PaymentContracts.UptoProxy,
                Facilitator = offer.Facilitator,
            };
    }

    /// <summary>A payment of the offer.</summary>
    public PaymentPayload Pay(PaymentRequirements offer) => Pay(offer, Transfer(offer));

    /// <summary>A payment with an edited transfer, signed as it is.</summary>
    public PaymentPayload Pay(PaymentRequirements offer, SignedTransfer transfer, PaymentRequirements? signedFor = null, string? extensions = null) =>
        Message(offer, transfer with { Signature = Account.Sign(transfer.Digest(signedFor ?? offer)) }, extensions);

    /// <summary>The message.</summary>
    public static PaymentPayload Message(PaymentRequirements offer, SignedTransfer transfer, string? extensions = null)
    {
        PaymentRequired required = new()
        {
            Version = 2,
            Offers = [],
            ResourceElement = Json("""{"url":"https://shop.example/thing"}"""),
            Extensions = extensions is null ? null : Json(extensions),
        };
        return PayloadReader.TryRead(PayloadWriter.WriteV2(required, Json(offer.Text), transfer, null, null), out string? error) ?? throw new InvalidOperationException(error);
    }

    /// <summary>A payment by Permit2 of somebody who gives Permit2 its allowance in the same breath (EIP-2612).</summary>
    public PaymentPayload PaySponsored(PaymentRequirements offer, BigInteger? amount = null, EvmAddress? spender = null, BigInteger? deadline = null)
    {
        (BigInteger value, EvmAddress to, BigInteger until) = (amount ?? offer.Amount, spender ?? PaymentContracts.Permit2, deadline ?? Now + 60);
        EvmSignature signature = Account.Sign(Eip712.Digest(
            Eip712.Domain(offer.TokenName, offer.TokenVersion, offer.ChainId, offer.Asset),
            Eip712.HashStruct(PermitType, Eip712.Word(Address), Eip712.Word(to), Eip712.Word(value), Eip712.Word(0), Eip712.Word(until))));
        return Pay(offer, Transfer(offer), null, $$$"""
            {"eip2612GasSponsoring":{"info":{"from":"{{{Address}}}","asset":"{{{offer.Asset}}}","spender":"{{{to}}}","amount":"{{{value}}}",
            "nonce":"0","deadline":"{{{until}}}","signature":"{{{signature}}}","version":"1"}, "schema":{} } }
            """);
    }

    /// <summary>The call by which a payer takes a payment back.</summary>
    public SettlingCall CancelCall(SignedTransfer transfer, PaymentRequirements offer)
    {
        EvmSignature signature = Account.Sign(Eip712.Digest(
            Eip712.Domain(offer.TokenName, offer.TokenVersion, offer.ChainId, offer.Asset), Eip712.HashStruct(CancelType, Eip712.Word(Address), transfer.Nonce)));
        return new SettlingCall(offer.Asset, Cancel.Encode(Address, transfer.Nonce, (ulong)signature.V, signature.R, signature.S));
    }

    public void Dispose() => Account.Dispose();

    private static JsonElement Json(string text)
    {
        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
        return json.RootElement.Clone();
    }
}
