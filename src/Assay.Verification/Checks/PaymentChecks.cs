using Assay.Evm;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of payment (spec/payment.md, "What a verifier checks").</summary>
internal static class PaymentChecks
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<string> Codes { get; } = [CheckCodes.PaymentOffer, CheckCodes.PaymentSignature, CheckCodes.PaymentSettled];

    /// <summary>Makes the checks; the endorsements were appraised before. Returns the payment that the receipt shows, if it shows one.</summary>
    public static PaymentFact? Run(Bundle bundle, VerificationInput input, PolicyDocument? requested, IReadOnlyList<EndorsementFact> endorsements, CheckTable checks)
    {
        PaymentClaims claims = PaymentClaims.Read(bundle.Claims);
        Offer(bundle, claims, requested, checks);
        Signature(bundle, claims, checks);
        SettlementEvidence[] settlements = [.. bundle.Endorsements.Zip(endorsements)
            .Where(static pair => pair.Second is { IsBySettlement: true, Status: EndorsementStatus.Counts })
            .Select(static pair => SettlementAppraisal.Evidence(pair.First)!)];
        (SettlementEvidence? settlement, ChainTransaction? transaction) = Settled(bundle, claims, settlements, input, checks);
        return claims is { Offer: null, PayloadText: null, Price: null } && bundle.Claims.Text(ClaimRegistry.PaymentOffer) is null ? null : new PaymentFact
        {
            Price = claims.Price,
            Offer = claims.Offer,
            HasPayload = claims.PayloadText is not null,
            Payer = claims.Payload?.Transfer.Payer,
            Bound = claims.Payload is null ? null : claims.Offer is { } offer ? OfferMatch.IsBound(claims.Payload, offer) == true : claims.Payload.BindingSalt is null ? false : null,
            Settlement = settlement,
            Confirmations = transaction?.Confirmations,
            Wanted = Math.Max(1, input.Confirmations),
            Moved = transaction is not null && claims is { Offer: { } of, Payload: { } paid } ? SettlementMatch.Moved(transaction, of, paid.Transfer) : null,
        };
    }

    private static void Offer(Bundle bundle, PaymentClaims claims, PolicyDocument? requested, CheckTable checks)
    {
        const string Code = CheckCodes.PaymentOffer;
        DisclosedClaims leaves = bundle.Claims;
        if (leaves.State(ClaimRegistry.PaymentOffer) == LeafState.Absent && (claims.PayloadText is not null || claims.Price is { } price && !PriceText.IsPrepaid(price)))
        {
            checks.Fail(Code, claims.PayloadText is not null ? DetailCodes.PaymentOfferText : DetailCodes.PaymentPrice);
        }
        else if (Missing(leaves, [ClaimRegistry.PaymentOffer, ClaimRegistry.RequestProtocol, ClaimRegistry.ModelName, ClaimRegistry.RequestWireDigest, ClaimRegistry.PaymentPrice]) is { } missing)
        {
            checks.Skip(Code, missing);
        }
        else if (requested is null)
        {
            checks.Skip(Code, DetailCodes.PolicyUnknown);
        }
        else
        {
            checks.Set(
                Code,
                claims.Offer is not { } offer ? DetailCodes.PaymentOfferText
                : offer.Request != RequestOf(bundle) ? DetailCodes.PaymentOtherRequest
                : offer.Level != requested.LeastLevel.ToString() ? DetailCodes.PaymentOtherLevel
                : claims.Charged is null ? DetailCodes.PaymentPrice
                : null);
        }
    }

    private static string RequestOf(Bundle bundle) => PaidRequest.Short(PaidRequest.Digest(
        bundle.Claims.Text(ClaimRegistry.RequestProtocol)!,
        bundle.Claims.Text(ClaimRegistry.ModelName)!,
        bundle.Envelope.Statement.Policy,
        bundle.Claims.Digest(ClaimRegistry.RequestWireDigest)!.Value));

    private static void Signature(Bundle bundle, PaymentClaims claims, CheckTable checks)
    {
        const string Code = CheckCodes.PaymentSignature;
        if (Missing(bundle.Claims, [ClaimRegistry.PaymentOffer, ClaimRegistry.PaymentPayload]) is { } missing)
        {
            checks.Skip(Code, missing);
        }
        else if (claims.Offer is not { } offer)
        {
            checks.Skip(Code, DetailCodes.Unreadable);
        }
        else
        {
            checks.Set(
                Code,
                claims.Payload is not { } payload ? DetailCodes.PaymentPayload
                : !claims.Fits ? DetailCodes.PaymentOtherOffer
                : !payload.Transfer.IsSigned(offer) ? DetailCodes.PaymentForged
                : OfferMatch.Untimely(payload.Transfer, bundle.Envelope.Statement.IssuedAt / 1000, 0) is not null ? DetailCodes.PaymentTime
                : null);
        }
    }

    private static (SettlementEvidence? Settlement, ChainTransaction? Transaction) Settled(
        Bundle bundle, PaymentClaims claims, SettlementEvidence[] settlements, VerificationInput input, CheckTable checks)
    {
        const string Code = CheckCodes.PaymentSettled;
        SettlementEvidence? first = settlements.FirstOrDefault();
        if (Missing(bundle.Claims, [ClaimRegistry.PaymentOffer, ClaimRegistry.PaymentPayload, ClaimRegistry.PaymentPrice]) is { } missing)
        {
            checks.Skip(Code, missing);
            return (first, null);
        }

        if (claims is not { Offer: { } offer, Payload: { } payload, Charged: { } charged, Fits: true })
        {
            checks.Skip(Code, DetailCodes.Unreadable);
            return (first, null);
        }

        if (first is null || charged.IsZero || input.Chain is not { } chain || !chain.Chains.Contains(offer.ChainId))
        {
            checks.Skip(Code, first is null ? DetailCodes.PaymentNoSettlement : charged.IsZero ? DetailCodes.PaymentNothingCharged : DetailCodes.PaymentNoChain);
            return (first, null);
        }

        // One of them that holds is enough; one that is refuted is, otherwise, a false word of the node's.
        (SettlementEvidence Settlement, ChainTransaction? Transaction, SettlementFinding Finding)[] found = [.. settlements.Select(settlement =>
        {
            ChainTransaction? transaction = chain.Find(offer.ChainId, settlement.Transaction!.Value);
            bool deep = transaction is not null && transaction.Confirmations >= Math.Max(1, input.Confirmations);
            return (settlement, transaction, deep ? SettlementMatch.Judge(transaction!, offer, payload.Transfer, charged) : SettlementFinding.Unclear);
        })];
        (SettlementEvidence Settlement, ChainTransaction? Transaction, SettlementFinding Finding) best =
            found.OrderByDescending(static one => one.Finding switch { SettlementFinding.Settles => 2, SettlementFinding.Differs => 1, _ => 0 }).First();
        if (best.Finding == SettlementFinding.Unclear)
        {
            checks.Skip(Code, DetailCodes.PaymentNotFound);
        }
        else
        {
            checks.Set(Code, best.Finding == SettlementFinding.Settles ? null : DetailCodes.PaymentChainDiffers);
        }

        return (best.Settlement, best.Transaction);
    }

    private static string? Missing(DisclosedClaims claims, ReadOnlySpan<ClaimField> fields)
    {
        foreach (ClaimField field in fields)
        {
            if (claims.State(field) != LeafState.Disclosed)
            {
                return claims.State(field) == LeafState.Redacted ? DetailCodes.Redacted : DetailCodes.Absent;
            }
        }

        return null;
    }
}
