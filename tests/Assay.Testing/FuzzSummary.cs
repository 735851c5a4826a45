namespace Assay.Testing;

/// <summary>What became of the inputs of a <see cref="FuzzRun"/>.</summary>
public sealed record FuzzSummary(int Accepted, int Refused);
