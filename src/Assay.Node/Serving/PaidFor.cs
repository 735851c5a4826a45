namespace Assay.Node.Serving;

/// <summary>What a receipt says of how its request is paid for.</summary>
/// <param name="Offer">The offer's text; null: from a balance.</param>
/// <param name="Payload">The payment's JSON; null: from a balance.</param>
/// <param name="Price">The price of so much work; of null, nothing that is charged.</param>
internal sealed record PaidFor(string? Offer, string? Payload, Func<RunMeasure?, string> Price);
