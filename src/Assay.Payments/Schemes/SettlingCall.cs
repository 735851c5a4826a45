using System.Numerics;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>The contract call that settles a payment: of the token by EIP-3009, of x402's proxies by Permit2.</summary>
/// <param name="To">The contract.</param>
/// <param name="Data">Call data.</param>
public sealed record SettlingCall(EvmAddress To, ReadOnlyMemory<byte> Data)
{
    private const string Permit = "((address,uint256),uint256,uint256)";
    private const string TokenPermit = "(uint256,uint256,bytes32,bytes32,uint8)";
    private const string Upto = Permit + ",uint256,address,(address,address,uint256),bytes)";
    private const string Exact = Permit + ",address,(address,uint256),bytes)";

    private static readonly AbiFunction Transfer = new("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)", "()");
    private static readonly AbiFunction TransferByBytes = new("transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)", "()");
    private static readonly AbiFunction SettleExact = new("settle(" + Exact, "()");
    private static readonly AbiFunction SettleUpto = new("settle(" + Upto, "()");
    private static readonly AbiFunction SettleExactWithPermit = new("settleWithPermit(" + TokenPermit + "," + Exact, "()");
    private static readonly AbiFunction SettleUptoWithPermit = new("settleWithPermit(" + TokenPermit + "," + Upto, "()");

    /// <summary>The call.</summary>
    /// <param name="transfer">What was signed.</param>
    /// <param name="offer">The offer that it is for.</param>
    /// <param name="amount">What to charge; matters by <c>upto</c>, the others charge what was signed.</param>
    /// <param name="permit">The allowance that the payer signs for Permit2 with it; null: Permit2 has one, or it isn't by Permit2.</param>
    public static SettlingCall For(SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, SponsoredPermit? permit = null)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(offer);
        if (transfer is not PermitTransfer by)
        {
            EvmSignature signature = transfer.Signature;
            return new SettlingCall(offer.Asset, Transfer.Encode(
                transfer.Payer, transfer.PayTo, transfer.Amount, transfer.ValidAfter, transfer.ValidBefore, transfer.Nonce, (ulong)signature.V, signature.R, signature.S));
        }

        AbiValue[] arguments = Arguments(by, amount);
        if (by.Facilitator is null)
        {
            return new SettlingCall(
                PaymentContracts.ExactProxy, permit is null ? SettleExact.Encode(arguments) : SettleExactWithPermit.Encode([Value(permit), .. arguments]));
        }

        return new SettlingCall(PaymentContracts.UptoProxy, permit is null ? SettleUpto.Encode(arguments) : SettleUptoWithPermit.Encode([Value(permit), .. arguments]));
    }

    /// <summary>
    /// Whether a contract's call settles exactly this payment, whoever made it: this permit, witness and signature, with or without an
    /// allowance signed for Permit2; by EIP-3009, whichever of the token's two functions.
    /// </summary>
    /// <param name="to">The contract that was called.</param>
    /// <param name="data">Call data.</param>
    /// <param name="transfer">What was signed.</param>
    /// <param name="offer">The offer that it is for.</param>
    /// <param name="amount">What was charged, which by <c>upto</c> the call must say.</param>
    public static bool Settles(EvmAddress to, ReadOnlyMemory<byte> data, SignedTransfer transfer, PaymentRequirements offer, BigInteger amount)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        SettlingCall plain = For(transfer, offer, amount);
        if (to != plain.To)
        {
            return false;
        }

        if (data.Span.SequenceEqual(plain.Data.Span))
        {
            return true;
        }

        if (transfer is not PermitTransfer by)
        {
            return data.Span.SequenceEqual(TransferByBytes.Encode(
                transfer.Payer, transfer.PayTo, transfer.Amount, transfer.ValidAfter, transfer.ValidBefore, transfer.Nonce, transfer.Signature.ToArray()));
        }

        // Whatever allowance is in front, the rest must be the same.
        AbiFunction function = by.Facilitator is null ? SettleExactWithPermit : SettleUptoWithPermit;
        return function.TryDecodeCall(data.Span, out AbiValue? arguments)
            && data.Span.SequenceEqual(function.Encode([arguments.Items[0], .. Arguments(by, amount)]));
    }

    private static AbiValue[] Arguments(PermitTransfer by, BigInteger amount)
    {
        AbiValue permitted = AbiValue.List(AbiValue.List(by.Token, by.Amount), EvmAmount.FromWord(by.Nonce), by.ValidBefore);
        return by.Facilitator is { } facilitator
            ? [permitted, amount, by.Payer, AbiValue.List(by.PayTo, facilitator, by.ValidAfter), by.Signature.ToArray()]
            : [permitted, by.Payer, AbiValue.List(by.PayTo, by.ValidAfter), by.Signature.ToArray()];
    }

    private static AbiValue Value(SponsoredPermit permit) =>
        AbiValue.List(permit.Amount, permit.Deadline, permit.Signature.R, permit.Signature.S, (ulong)permit.Signature.V);
}
