using System.Numerics;

namespace Assay.Payments;

/// <summary>Who checks payments against a chain, and settles them. Expected failures are outcomes; nothing throws but cancellation.</summary>
public interface IFacilitator
{
    /// <summary>What it settles; null if it can't be asked.</summary>
    Task<IReadOnlyList<SupportedKind>?> SupportedAsync(CancellationToken cancellation);

    /// <summary>Whether a payment holds, by signature and by the chain as it is now. Moves nothing.</summary>
    Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer, CancellationToken cancellation);

    /// <summary>Settles a payment. Asked again with the same payment it tells what became of it, and never charges twice.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="offer">The offer that it is for.</param>
    /// <param name="amount">What to charge: the offer's amount; by <c>upto</c> at most that, and 0 settles without a transaction.</param>
    /// <param name="cancellation">Ends the wait, and nothing that was sent.</param>
    Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation);
}
