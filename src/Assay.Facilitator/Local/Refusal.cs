using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>Why a payment isn't taken, or that it can't be said.</summary>
/// <param name="Reason">One of <see cref="PaymentErrors"/>.</param>
/// <param name="Message">In words; null: the reason says it.</param>
/// <param name="IsUnavailable">Nobody knows: the chain couldn't be asked, or what is wrong is this facilitator's.</param>
internal sealed record Refusal(string Reason, string? Message, bool IsUnavailable)
{
    public static Refusal Unavailable { get; } = new(PaymentErrors.ChainUnavailable, "the chain's server can't be asked", true);

    public FacilitatorOutcome Outcome => IsUnavailable ? FacilitatorOutcome.Unavailable : FacilitatorOutcome.Refused;

    public static Refusal Of(string reason) => new(reason, null, false);
}
