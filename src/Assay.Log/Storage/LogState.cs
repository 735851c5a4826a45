namespace Assay.Log.Storage;

/// <summary>The one row that says whose log this is and what was last signed.</summary>
/// <param name="VerifierKey">The log's key in its text form.</param>
/// <param name="Size">The checkpoint's size.</param>
/// <param name="Checkpoint">The signed note.</param>
internal sealed record LogState(string VerifierKey, ulong Size, byte[] Checkpoint);
