using Assay.Primitives.Notes;

namespace Assay.Verification;

/// <summary>A log whose checkpoints count.</summary>
/// <param name="Key">Its key; the key's name is the log's origin.</param>
/// <param name="Url">Where it can be read, if the file says.</param>
public sealed record TrustedLog(NoteVerifierKey Key, string? Url);
