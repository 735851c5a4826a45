using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Whether a transaction settles a payment (spec/payment.md, "What a verifier checks"): a function of what the chain has, and of nothing else.</summary>
public static class SettlementMatch
{
    private const int Word = Digest32.Size;
    private const int SelectorSize = 4;

    // The words of EIP-2612's permit that stand before the rest in settleWithPermit.
    private const int PermitWords = 5;

    private const string Permit2612 = "(uint256,uint256,bytes32,bytes32,uint8),";
    private const string Permit = "((address,uint256),uint256,uint256)";
    private const string ExactRest = ",address,(address,uint256),bytes)";
    private const string UptoRest = ",uint256,address,(address,address,uint256),bytes)";

    private static readonly Digest32 Transfer = Eip712.TypeHash("Transfer(address,address,uint256)");
    private static readonly Digest32 AuthorizationUsed = Eip712.TypeHash("AuthorizationUsed(address,bytes32)");
    private static readonly Digest32 ExactSettle = Eip712.TypeHash("settle(" + Permit + ExactRest);
    private static readonly Digest32 ExactSettleWithPermit = Eip712.TypeHash("settleWithPermit(" + Permit2612 + Permit + ExactRest);
    private static readonly Digest32 UptoSettle = Eip712.TypeHash("settle(" + Permit + UptoRest);
    private static readonly Digest32 UptoSettleWithPermit = Eip712.TypeHash("settleWithPermit(" + Permit2612 + Permit + UptoRest);

    /// <summary>Judges one transaction.</summary>
    /// <param name="transaction">The transaction, as the chain has it.</param>
    /// <param name="offer">The offer; the transaction must be of its chain.</param>
    /// <param name="transfer">What the payer signed; must fit the offer (<see cref="OfferMatch.Misfit(SignedTransfer, PaymentRequirements)"/>).</param>
    /// <param name="charged">What was charged, above 0: neither less nor more must have moved.</param>
    public static SettlementFinding Judge(ChainTransaction transaction, PaymentRequirements offer, SignedTransfer transfer, BigInteger charged)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(transfer);
        BigInteger moved = Moved(transaction, offer, transfer);
        SettlementFinding called = transaction.ChainId != offer.ChainId || !transaction.Succeeded || moved < charged ? SettlementFinding.Differs
            : transfer is PermitTransfer permit ? Calls(transaction, permit, charged)
            : SettlementFinding.Settles;
        return called == SettlementFinding.Settles && moved > charged ? SettlementFinding.Differs : called;
    }

    /// <summary>How much of the offer's token the payment moved from the payer to the payee: by EIP-3009 with its nonce, by Permit2 in the whole transaction.</summary>
    public static BigInteger Moved(ChainTransaction transaction, PaymentRequirements offer, SignedTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(transfer);
        Digest32 payer = Eip712.Word(transfer.Payer), payee = Eip712.Word(offer.PayTo);
        if (transfer is PermitTransfer)
        {
            return transaction.Logs.Aggregate(BigInteger.Zero, (sum, log) => sum + Moved(log, offer.Asset, payer, payee));
        }

        // One transaction can use several nonces, one of them to pay the payee and another to pay oneself: so a nonce goes with the token's
        // next event (EIP-3009's reference logs the use, and then transfers).
        ChainLog[] own = [.. transaction.Logs.Where(log => log.Contract == offer.Asset)];
        int used = Array.FindIndex(own, log => IsEvent(log, offer.Asset, AuthorizationUsed, payer, transfer.Nonce));
        return used >= 0 && used + 1 < own.Length ? Moved(own[used + 1], offer.Asset, payer, payee) : 0;
    }

    private static BigInteger Moved(ChainLog log, EvmAddress token, in Digest32 from, in Digest32 to) =>
        IsEvent(log, token, Transfer, from, to) && log.Data.Length == Word ? EvmAmount.FromWord(Digest32.From(log.Data.Span)) : 0;

    private static bool IsEvent(ChainLog log, EvmAddress contract, in Digest32 signature, in Digest32 first, in Digest32 second) =>
        log.Contract == contract && log.Topics.Length == 3 && log.Topics[0] == signature && log.Topics[1] == first && log.Topics[2] == second;

    // Permit2 logs nothing, so the nonce's use shows only in the call: one that says something else in the usual encoding is another
    // payment's, and one that isn't understood says nothing.
    private static SettlementFinding Calls(ChainTransaction transaction, PermitTransfer permit, BigInteger charged)
    {
        bool upto = permit.Facilitator is not null;
        ReadOnlySpan<byte> input = transaction.Input.Span;
        if (transaction.To != permit.Spender || input.Length < SelectorSize)
        {
            return SettlementFinding.Unclear;
        }

        ReadOnlySpan<byte> selector = input[..SelectorSize];
        int before = selector.SequenceEqual((upto ? UptoSettle : ExactSettle).Bytes[..SelectorSize]) ? 0
            : selector.SequenceEqual((upto ? UptoSettleWithPermit : ExactSettleWithPermit).Bytes[..SelectorSize]) ? PermitWords
            : -1;

        Digest32[] words = permit.Facilitator is { } facilitator
            ? [Eip712.Word(permit.Token), Eip712.Word(permit.Amount), permit.Nonce, Eip712.Word(permit.ValidBefore), EvmAmount.Word(charged), Eip712.Word(permit.Payer), Eip712.Word(permit.PayTo), Eip712.Word(facilitator), Eip712.Word(permit.ValidAfter)]
            : [Eip712.Word(permit.Token), Eip712.Word(permit.Amount), permit.Nonce, Eip712.Word(permit.ValidBefore), Eip712.Word(permit.Payer), Eip712.Word(permit.PayTo), Eip712.Word(permit.ValidAfter)];
        int offset = (before + words.Length + 1) * Word;
        if (before < 0 || input.Length < SelectorSize + offset + Word + EvmSignature.Size)
        {
            return SettlementFinding.Unclear;
        }

        ReadOnlySpan<byte> arguments = input[SelectorSize..];
        if (!arguments.Slice(offset - Word, Word).SequenceEqual(EvmAmount.Word(offset).Bytes) || !arguments.Slice(offset, Word).SequenceEqual(EvmAmount.Word(EvmSignature.Size).Bytes))
        {
            return SettlementFinding.Unclear;
        }

        for (int i = 0; i < words.Length; i++)
        {
            if (!arguments.Slice((before + i) * Word, Word).SequenceEqual(words[i].Bytes))
            {
                return SettlementFinding.Differs;
            }
        }

        return arguments.Slice(offset + Word, EvmSignature.Size).SequenceEqual(permit.Signature.ToArray()) ? SettlementFinding.Settles : SettlementFinding.Unclear;
    }
}
