using System.Text;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments.Tests;

/// <summary>Offers and payments as a client and a server of ours write them. The signatures are of the right form only.</summary>
internal static class Samples
{
    internal static EvmAddress Token { get; } = Address("0x036CbD53842c5426634e7929541eC2318f3dCF7e");

    internal static EvmAddress Payee { get; } = Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");

    internal static EvmAddress Payer { get; } = Address("0x90F79bf6EB2c4f870365E785982E1f101E93b906");

    internal static PaymentResource Resource { get; } = new("http://127.0.0.1/v2/models/digits/infer", "digits", "application/json");

    internal static PaymentRequirements Offer(TransferMethod method = TransferMethod.Eip3009, int amount = 1000, string level = "signed") => new()
    {
        Scheme = method == TransferMethod.Permit2Upto ? PaymentRequirements.Upto : PaymentRequirements.Exact,
        ChainId = 84532,
        Amount = amount,
        Asset = Token,
        PayTo = Payee,
        MaxTimeoutSeconds = 60,
        TokenName = "USDC",
        TokenVersion = "2",
        Method = method,
        Facilitator = method == TransferMethod.Permit2Upto ? Payer : null,
        Level = level,
        Request = PaidRequest.Short(Digest32.Sha256([1])),
    };

    internal static SignedTransfer Transfer(PaymentRequirements offer, byte[]? salt = null)
    {
        Digest32 nonce = salt is null ? Digest32.Sha256([7]) : PaidRequest.Nonce(salt, Digest32.Sha256(Encoding.UTF8.GetBytes(offer.Text)));
        EvmSignature signature = new(Digest32.Sha256([2]), EvmAmount.Word(5), 28);
        return offer.Method == TransferMethod.Eip3009
            ? new TransferAuthorization { Payer = Payer, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = nonce, ValidAfter = 0, ValidBefore = 1900000000, Signature = signature }
            : new PermitTransfer
            {
                Payer = Payer, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = nonce, ValidAfter = 0, ValidBefore = 1900000000, Signature = signature, Token = offer.Asset,
                Spender = offer.Method == TransferMethod.Permit2Upto ? PaymentContracts.UptoProxy : PaymentContracts.ExactProxy, Facilitator = offer.Facilitator,
            };
    }

    internal static PaymentRequired Required(params PaymentRequirements[] offers) =>
        PaymentRequired.TryRead(new PaymentRequired { Version = 2, Error = "Payment required", Resource = Resource, Offers = offers, Extensions = Element("""{"payment-identifier":{"info":{"required":false},"schema":{}}}""") }.WriteV2())!;

    internal static byte[] Payment(PaymentRequirements offer, byte[]? salt = null, string? identifier = null)
    {
        PaymentRequired required = Required(offer);
        return PayloadWriter.WriteV2(required, required.Entries[0], Transfer(offer, salt), salt is null ? null : new ReadOnlyMemory<byte>?(salt), identifier);
    }

    internal static JsonElement Element(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static EvmAddress Address(string text) => EvmAddress.TryParse(text, out EvmAddress address) ? address : throw new FormatException(text);
}
