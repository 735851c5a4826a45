using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Tests.Paying;

/// <summary>Somebody with a key who pays offers, and can do it wrongly.</summary>
internal sealed class Payer : IDisposable
{
    internal EvmAccount Account { get; } = EvmAccount.Generate();

    internal EvmAddress Address => Account.Address;

    /// <summary>The PAYMENT-SIGNATURE of an offer.</summary>
    internal string Pay(PaymentRequired required, int index = 0, Func<SignedTransfer, SignedTransfer>? edit = null, Func<SignedTransfer, SignedTransfer>? editSigned = null, byte[]? salt = null, string? identifier = null, Func<string, string>? entry = null, Func<string, string>? json = null)
    {
        PaymentRequirements offer = required.Offers[index];
        SignedTransfer transfer = Sign(offer, edit, salt is null ? null : PaidRequest.Nonce(salt, Digest32.Sha256(Encoding.UTF8.GetBytes(offer.Text))));
        transfer = editSigned?.Invoke(transfer) ?? transfer;
        JsonElement accepted = required.Entries[index];
        accepted = entry is null ? accepted : JsonSerializer.Deserialize<JsonElement>(entry(accepted.GetRawText()));
        byte[] payload = PayloadWriter.WriteV2(required, accepted, transfer, salt is null ? null : new ReadOnlyMemory<byte>?(salt), identifier);
        return PaymentHeader.Encode(json is null ? payload : Encoding.UTF8.GetBytes(json(Encoding.UTF8.GetString(payload))));
    }

    /// <summary>The X-PAYMENT of an offer.</summary>
    internal string PayV1(PaymentRequirements offer) => PaymentHeader.Encode(PayloadWriter.WriteV1(offer, Sign(offer, null, null)));

    internal SignedTransfer Sign(PaymentRequirements offer, Func<SignedTransfer, SignedTransfer>? edit, Digest32? nonce)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Digest32 unique = nonce ?? Digest32.From(RandomNumberGenerator.GetBytes(32));
        SignedTransfer transfer = offer.Method == TransferMethod.Eip3009
            ? new TransferAuthorization { Payer = Address, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = unique, ValidAfter = 0, ValidBefore = now + offer.MaxTimeoutSeconds, Signature = default }
            : new PermitTransfer
            {
                Payer = Address, PayTo = offer.PayTo, Amount = offer.Amount, Nonce = unique, ValidAfter = 0, ValidBefore = now + offer.MaxTimeoutSeconds, Signature = default, Token = offer.Asset,
                Spender = offer.Method == TransferMethod.Permit2Upto ? PaymentContracts.UptoProxy : PaymentContracts.ExactProxy, Facilitator = offer.Facilitator,
            };
        transfer = edit?.Invoke(transfer) ?? transfer;
        return transfer with { Signature = Account.Sign(transfer.Digest(offer)) };
    }

    public void Dispose() => Account.Dispose();
}
