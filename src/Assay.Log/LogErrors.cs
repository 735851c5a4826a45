namespace Assay.Log;

/// <summary>Stable codes of <see cref="LogException"/> and of findings about a log's folder (spec/log.md).</summary>
public static class LogErrors
{
    /// <summary>The folder holds no log.</summary>
    public const string Missing = "log/missing";

    /// <summary>The folder already holds a log, or parts of one.</summary>
    public const string Exists = "log/exists";

    /// <summary>Another process has the log open.</summary>
    public const string Locked = "log/locked";

    /// <summary>A file can't be read or written.</summary>
    public const string Io = "log/io";

    /// <summary>The database can't be opened, isn't one of ours, or fails SQLite's own integrity check.</summary>
    public const string Database = "log/database";

    /// <summary>The database is of a format that this version doesn't know.</summary>
    public const string DatabaseVersion = "log/database-version";

    /// <summary>The journal isn't there, is shorter than it was, or has a frame that isn't as it was written.</summary>
    public const string Journal = "log/journal";

    /// <summary>The file system can't give the durability that the log promises (write-ahead log, full syncs).</summary>
    public const string Durability = "log/durability";

    /// <summary>The log's origin or key isn't the signer's: this folder belongs to another node.</summary>
    public const string Key = "log/key";

    /// <summary>The checkpoint in the database can't be read, or isn't by the log's key and origin.</summary>
    public const string Checkpoint = "log/checkpoint";

    /// <summary>The published checkpoint file can't be read, or isn't by the log's key and origin.</summary>
    public const string PublishedCheckpoint = "log/published-checkpoint";

    /// <summary>The published checkpoint is ahead of the database: the database was put back to an older state.</summary>
    public const string RolledBack = "log/rolled-back";

    /// <summary>Two checkpoints of this log can't both be true.</summary>
    public const string Fork = "log/fork";

    /// <summary>The database has fewer entries than the checkpoint says.</summary>
    public const string Shrunk = "log/shrunk";

    /// <summary>The database's entries aren't numbered 0, 1, 2…</summary>
    public const string EntryGap = "log/entry-gap";

    /// <summary>An entry in the database isn't the one in the tree.</summary>
    public const string Entry = "log/entry";

    /// <summary>An entry is longer than <see cref="TiledLog.MaxEntryBytes"/>.</summary>
    public const string EntrySize = "log/entry-size";

    /// <summary>A hash tile isn't there.</summary>
    public const string TileMissing = "log/tile-missing";

    /// <summary>A hash tile isn't what the tree says.</summary>
    public const string Tile = "log/tile";

    /// <summary>An entry bundle isn't there.</summary>
    public const string BundleMissing = "log/bundle-missing";

    /// <summary>An entry bundle can't be read or isn't what the tree says.</summary>
    public const string Bundle = "log/bundle";

    /// <summary>A tile to be written exists with another content: entries were lost and their numbers given again.</summary>
    public const string TileConflict = "log/tile-conflict";

    /// <summary>The tree's head isn't the checkpoint's.</summary>
    public const string Root = "log/root";

    /// <summary>A file in the public folder that doesn't belong to the layout.</summary>
    public const string StrayFile = "log/stray-file";

    /// <summary>A stored receipt without its log entry, or that the caller's check refuses.</summary>
    public const string Receipt = "log/receipt";

    /// <summary>A stored endorsement without its log entry or its receipt, or that the caller's check refuses.</summary>
    public const string Endorsement = "log/endorsement";

    /// <summary>The counters of an API key aren't 1, 2, 3… up to the stored last one.</summary>
    public const string Counter = "log/counter";

    /// <summary>An earlier commit or integration failed; nothing more is accepted until the log is opened again.</summary>
    public const string Faulted = "log/faulted";

    /// <summary>The log was closed.</summary>
    public const string Closed = "log/closed";
}
