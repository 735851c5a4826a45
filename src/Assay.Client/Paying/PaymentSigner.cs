using System.Security.Cryptography;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>Signs one payment for one offer.</summary>
internal static class PaymentSigner
{
    private const int IdentifierDigits = 32;

    /// <param name="signer">The payer.</param>
    /// <param name="required">The 402.</param>
    /// <param name="index">Which of its offers.</param>
    /// <param name="request">The request's key in the ledger.</param>
    /// <param name="address">Where it goes to, without query.</param>
    /// <param name="now">Unix seconds.</param>
    internal static PaymentRecord Sign(IEvmSigner signer, PaymentRequired required, int index, in Digest32 request, string address, long now)
    {
        PaymentRequirements offer = required.Offers[index];

        // Who makes an offer for one request gets a signature for that request. Version 1 has no place for the salt.
        byte[]? salt = required.Version == 2 && offer.Request is not null ? RandomNumberGenerator.GetBytes(PaidRequest.ShortSize) : null;
        Digest32 nonce = salt is null ? Digest32.From(RandomNumberGenerator.GetBytes(Digest32.Size)) : PaidRequest.Nonce(salt, Digest32.Sha256(Encoding.UTF8.GetBytes(offer.Text)));
        SignedTransfer unsigned = Unsigned(offer, signer.Address, nonce, now);
        SignedTransfer transfer = unsigned with { Signature = signer.Sign(unsigned.Digest(offer)) };
        byte[] payload = required.Version == 2
            ? PayloadWriter.WriteV2(required, required.Entries[index], transfer, salt is null ? null : new ReadOnlyMemory<byte>?(salt), nonce.ToString()[..IdentifierDigits])
            : PayloadWriter.WriteV1(offer, transfer);
        return new PaymentRecord
        {
            Id = nonce,
            Request = request,
            Address = address,
            SignedAt = now,
            ValidBefore = now + offer.MaxTimeoutSeconds,
            Payer = signer.Address,
            Offer = offer,
            Version = required.Version,
            Header = PaymentHeader.Encode(payload),
        };
    }

    // Valid from ever on, as x402's clients have it: clocks differ, and a chain's last block may be old.
    private static SignedTransfer Unsigned(PaymentRequirements offer, EvmAddress payer, in Digest32 nonce, long now) => offer.Method == TransferMethod.Eip3009
        ? new TransferAuthorization
        {
            Payer = payer,
            PayTo = offer.PayTo,
            Amount = offer.Amount,
            Nonce = nonce,
            ValidAfter = 0,
            ValidBefore = now + offer.MaxTimeoutSeconds,
            Signature = default,
        }
        : new PermitTransfer
        {
            Payer = payer,
            PayTo = offer.PayTo,
            Amount = offer.Amount,
            Nonce = nonce,
            ValidAfter = 0,
            ValidBefore = now + offer.MaxTimeoutSeconds,
            Token = offer.Asset,
            Spender = offer.Method == TransferMethod.Permit2Upto ? PaymentContracts.UptoProxy : PaymentContracts.ExactProxy,
            Facilitator = offer.Facilitator,
            Signature = default,
        };
}
