using Assay.Evm;

namespace Assay.Chain;

/// <summary>What waiting for a transaction came to.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Transaction">The transaction in the chain; also while pending, if it is there and not deep enough.</param>
/// <param name="Why">For operators: the last trouble with the server; empty if there was none.</param>
public sealed record WaitReply(WaitOutcome Outcome, ChainTransaction? Transaction, string Why);
