using Assay.Evm;

namespace Assay.Payments;

/// <summary>Answer to x402's <c>/verify</c>.</summary>
/// <param name="Outcome">Never <see cref="FacilitatorOutcome.Pending"/>.</param>
/// <param name="Reason"><c>invalidReason</c>: one of <see cref="PaymentErrors"/>, or a facilitator's own; null if accepted.</param>
/// <param name="Message">In words, if there are some.</param>
/// <param name="Payer">Who pays, if it is known.</param>
public sealed record VerifyReply(FacilitatorOutcome Outcome, string? Reason, string? Message, EvmAddress? Payer);
