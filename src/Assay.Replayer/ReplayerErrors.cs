namespace Assay.Replayer;

/// <summary>Stable codes of a peer (spec/endorsements.md, "How a peer replays"; docs/errors.md).</summary>
public static class ReplayerErrors
{
    /// <summary>400: not a bundle, over 64 MiB, or it discloses too little or too much for this step.</summary>
    public const string Bundle = "replay/bundle";

    /// <summary>403: the peer doesn't serve this node, or its trust file says that these keys have ended.</summary>
    public const string NodeNotServed = "replay/node-not-served";

    /// <summary>403: the receipt isn't signed by the node, or the claims or outputs aren't the signed ones.</summary>
    public const string Signature = "replay/signature";

    /// <summary>404: the peer hasn't this program.</summary>
    public const string ModelUnknown = "replay/model-unknown";

    /// <summary>409: an endorsement was asked for without a commitment.</summary>
    public const string NoCommitment = "replay/no-commitment";

    /// <summary>422: not semantics that can be replayed.</summary>
    public const string SemanticsUnknown = "replay/semantics-unknown";

    /// <summary>422: more work than this peer does for one receipt.</summary>
    public const string TooLarge = "replay/too-large";

    /// <summary>503: too much at once.</summary>
    public const string Busy = "replay/busy";

    /// <summary>500: a refutation can't be written to disk; it isn't given out before it is.</summary>
    public const string Storage = "replay/storage";

    /// <summary>404: no such refutation, or no such path.</summary>
    public const string NotFound = "replay/not-found";

    /// <summary>A file in the peer's folder isn't what the peer wrote; it doesn't start.</summary>
    public const string State = "replayer/state";

    /// <summary>Another process has the peer's folder.</summary>
    public const string Locked = "replayer/locked";

    /// <summary>What a replayer says of a model that it hasn't.</summary>
    internal const string Unavailable = "replay/unavailable";
}
