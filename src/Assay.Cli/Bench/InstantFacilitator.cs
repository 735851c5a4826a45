using System.Numerics;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Cli.Bench;

/// <summary>Says yes at once: what is left of a paid request's time is the node's own. Settles nothing.</summary>
internal sealed class InstantFacilitator : IFacilitator
{
    public Task<IReadOnlyList<SupportedKind>?> SupportedAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SupportedKind>?>([new SupportedKind(2, PaymentRequirements.Exact, "eip155:84532", null)]);

    public Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer, CancellationToken cancellation) =>
        Task.FromResult(new VerifyReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer));

    public Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation) =>
        Task.FromResult(new SettleReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer, Digest32.Sha256(payment.Transfer.Nonce.Bytes), amount));
}
