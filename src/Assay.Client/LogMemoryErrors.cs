namespace Assay.Client;

/// <summary>Stable codes of <see cref="LogSighting"/>.</summary>
public static class LogMemoryErrors
{
    /// <summary>What the node serves isn't a checkpoint by the log's key.</summary>
    public const string Checkpoint = "client/log-checkpoint";

    /// <summary>The log has fewer entries than it had: it was rolled back, or an old state is served.</summary>
    public const string Shrunk = "client/log-shrunk";

    /// <summary>The log signed two histories; the proof is in a file.</summary>
    public const string Forked = "client/log-forked";

    /// <summary>The tiles don't lead to the checkpoint's root, so that nothing is shown.</summary>
    public const string Tiles = "client/log-tiles";
}
