using Assay.Node.Planning;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>An offer for one request, and what is promised for it.</summary>
/// <param name="Terms">The entry of <c>accepts</c>.</param>
/// <param name="Plan">What the payer gets.</param>
internal sealed record MadeOffer(PaymentRequirements Terms, Plan Plan);
