namespace Assay.Client;

/// <summary>What came of asking a peer.</summary>
public enum PeerStatus
{
    /// <summary>It ran the program and got the node's outputs.</summary>
    Established,

    /// <summary>It ran the program and got something else, or the program refuses these inputs.</summary>
    Refuted,

    /// <summary>It took too long.</summary>
    Late,

    /// <summary>Nothing answers there, or the connection broke.</summary>
    Unreachable,

    /// <summary>It didn't do it, and said so.</summary>
    Refused,

    /// <summary>What it answered shows nothing: not by its key, about something else, or at odds with itself.</summary>
    Worthless,
}
