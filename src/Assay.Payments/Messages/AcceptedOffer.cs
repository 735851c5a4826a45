using System.Text.Json;

namespace Assay.Payments;

/// <summary>The entry of <c>accepts</c> that a client sent back: nobody's word but its own until it is compared with an offer.</summary>
/// <param name="Entry">The entry, as it came.</param>
public sealed record AcceptedOffer(JsonElement Entry);
