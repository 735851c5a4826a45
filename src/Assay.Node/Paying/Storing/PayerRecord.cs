namespace Assay.Node.Paying;

/// <summary>What the node knows of a payer.</summary>
/// <param name="Settled">How many of its payments were settled here.</param>
/// <param name="Failures">How many in a row weren't, after the work was done.</param>
/// <param name="BlockedUntil">Unix milliseconds until which it isn't served; 0: it is.</param>
internal readonly record struct PayerRecord(long Settled, long Failures, long BlockedUntil);
