namespace Assay.Client;

/// <summary>What came of a look at a log.</summary>
/// <param name="Error">Null if the log extends what was remembered, or was seen for the first time; else a code of <see cref="LogMemoryErrors"/>.</param>
/// <param name="OldSize">Entries that were remembered; 0 at first sight.</param>
/// <param name="NewSize">Entries now.</param>
/// <param name="ForkProofFile">The fork proof, for <c>assay verify</c> and for everyone else; null if there is none.</param>
public sealed record LogSighting(string? Error, ulong OldSize, ulong NewSize, string? ForkProofFile);
