namespace Assay.Chain;

/// <summary>What sending a transaction came to.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Why">For operators, in the server's words; empty if sent.</param>
public sealed record BroadcastReply(BroadcastOutcome Outcome, string Why);
