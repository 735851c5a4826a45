using Assay.Primitives.Notes;

namespace Assay.Log;

/// <summary>How a log is run.</summary>
public sealed class LogOptions
{
    /// <summary>Signs checkpoints. Its key's name is the log's origin. The log doesn't dispose of it.</summary>
    public required NoteSigner Signer { get; init; }

    /// <summary>The clock: intervals between checkpoints and the time noted with each receipt.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The shortest time between two checkpoints, unless one is asked for. Zero or more; by default 200 ms.
    /// An entry that comes after a pause of that length is in a checkpoint at once.
    /// </summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many full hash tiles are kept in memory for proofs, 16 KiB each. At least 16; by default 1 024.</summary>
    public int CachedTiles { get; init; } = 1024;

    /// <summary>
    /// How many of the newest level-0 tiles (256 entries each) are hashed against the tree when the log is opened;
    /// the levels above always are. Zero or more; by default 4 096, a million entries, about a second.
    /// Tiles not checked then are checked when a proof first needs them.
    /// </summary>
    public int TilesCheckedOnOpen { get; init; } = 4096;

    /// <summary>Called after each step of a commit or an integration, with its name: where tests let the process die.</summary>
    internal Action<string>? AfterStep { get; init; }

    /// <summary>Whether checkpoints are also made without being asked for. Off in tests that take the steps one by one.</summary>
    internal bool IntegratesInBackground { get; init; } = true;
}
