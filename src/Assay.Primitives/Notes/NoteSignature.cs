namespace Assay.Primitives.Notes;

/// <summary>One signature line of a note. The array belongs to the record.</summary>
/// <param name="Name">The name of the key that it claims to be by.</param>
/// <param name="KeyId">That key's id.</param>
/// <param name="Signature">The signature's bytes, of any length: other algorithms exist.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature);
