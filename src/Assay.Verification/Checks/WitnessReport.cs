namespace Assay.Verification;

/// <summary>What was found of the witnesses that the trust file names.</summary>
/// <param name="Witnesses">One for each, in the file's order.</param>
/// <param name="AcceptedAt">The earliest time by which the quorum had seen the receipt in the log; null if it hasn't.</param>
internal sealed record WitnessReport(IReadOnlyList<WitnessFact> Witnesses, DateTimeOffset? AcceptedAt);
