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
