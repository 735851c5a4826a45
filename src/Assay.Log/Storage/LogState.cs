namespace Assay.Log.Storage;

/// <summary>The one row that says whose log this is, what was last signed, and how far the database has come.</summary>
/// <param name="VerifierKey">The log's key in its text form.</param>
/// <param name="Size">The checkpoint's size.</param>
/// <param name="Checkpoint">The signed note.</param>
/// <param name="JournalEnd">The journal's frames before this position are in the database.</param>
internal sealed record LogState(string VerifierKey, ulong Size, byte[] Checkpoint, long JournalEnd = 0);
