using System.Text;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// What an endorsement by settlement is worth (spec/payment.md): the node's own word that it was paid, and where to look. It establishes
/// nothing without the chain.
/// </summary>
internal static class SettlementAppraisal
{
    /// <summary>The status of one that a key of the node signed for this receipt.</summary>
    public static EndorsementStatus StatusOf(Bundle bundle, AttachedEndorsement item) =>
        item.Endorsement.Finding != EndorsementFinding.Established || !item.Endorsement.Questions.AsSpan().SequenceEqual(Endorsement.QuestionsOfSettlement.AsSpan()) ? EndorsementStatus.Basis
        : Evidence(item) is not { } evidence || !IsAbout(bundle.Claims, evidence) ? EndorsementStatus.Evidence
        : EndorsementStatus.Counts;

    /// <summary>Its evidence, if it is there and is what was signed.</summary>
    public static SettlementEvidence? Evidence(AttachedEndorsement item) =>
        item.Evidence is { } bytes && Digest32.Sha256(bytes.Span) == item.Endorsement.Evidence ? SettlementEvidence.TryDecode(bytes.Span) : null;

    // What the receipt shows mustn't say otherwise. A leaf that is disclosed and can't be read isn't what it is about.
    private static bool IsAbout(DisclosedClaims disclosed, SettlementEvidence evidence)
    {
        PaymentClaims claims = PaymentClaims.Read(disclosed);
        bool Shown(ClaimField field) => disclosed.State(field) != LeafState.Redacted;
        return (!Shown(ClaimRegistry.PaymentOffer)
                || (claims.Offer is { } offer && evidence.ChainId == offer.ChainId && evidence.Token == offer.Asset && evidence.Payee == offer.PayTo))
            && (!Shown(ClaimRegistry.PaymentPayload)
                || (claims is { Payload.Transfer: { } transfer, PayloadText: { } text } && evidence.Payload == Digest32.Sha256(Encoding.UTF8.GetBytes(text))
                    && evidence.Payer == transfer.Payer && evidence.Nonce == transfer.Nonce && evidence.NonceKeeper == (transfer is PermitTransfer ? PaymentContracts.Permit2 : evidence.Token)))
            && (!Shown(ClaimRegistry.PaymentPrice)
                || claims.Price == $"{Evm.EvmAmount.Text(evidence.Amount)} {evidence.Network}/erc20:{evidence.Token.ToLowerString()}");
    }
}
