using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Answer to x402's <c>/settle</c>.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Reason"><c>errorReason</c>: one of <see cref="PaymentErrors"/>, or a facilitator's own; null if accepted.</param>
/// <param name="Message">In words, if there are some.</param>
/// <param name="Payer">Who paid, if it is known.</param>
/// <param name="Transaction">Its hash; null if there is none: refused before it was sent, or an amount of 0.</param>
/// <param name="Amount">What was charged; null if the facilitator doesn't say (then it is the offer's).</param>
public sealed record SettleReply(FacilitatorOutcome Outcome, string? Reason, string? Message, EvmAddress? Payer, Digest32? Transaction, BigInteger? Amount);
