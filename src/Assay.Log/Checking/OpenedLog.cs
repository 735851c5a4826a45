using Assay.Log.Tree;

namespace Assay.Log.Checking;

/// <summary>A log's state as found on disk and agreed on by database and files.</summary>
/// <param name="Checkpoint">The checkpoint in the database.</param>
/// <param name="Size">Committed entries: the checkpoint's, and those after it.</param>
/// <param name="Tree">The tree of the checkpoint.</param>
/// <param name="LastBundle">The growing entry bundle at the checkpoint; empty if the last one is full.</param>
internal sealed record OpenedLog(LogCheckpoint Checkpoint, ulong Size, TileTree Tree, byte[] LastBundle);
