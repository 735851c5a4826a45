namespace Assay.Primitives.Notes;

/// <summary>What <see cref="SignedNote.Verify"/> found.</summary>
/// <param name="Error">Null if at least one known key signed and none of the known keys' signatures is bad; else a code of <see cref="NoteErrors"/>.</param>
/// <param name="VerifiedKeys">The known keys whose signatures verified, each once, in the note's order; empty if there is an error.</param>
public sealed record NoteVerification(string? Error, IReadOnlyList<NoteVerifierKey> VerifiedKeys);
