namespace Assay.Upstream;

/// <summary>Stable codes of upstreams (docs/errors.md).</summary>
public static class UpstreamCodes
{
    /// <summary>No connection, or none that TLS vouches for.</summary>
    public const string Unreachable = "upstream/unreachable";

    /// <summary>It didn't answer, or didn't go on, in time.</summary>
    public const string Timeout = "upstream/timeout";

    /// <summary>It says that it can't answer now (5xx, 408, 409).</summary>
    public const string Unavailable = "upstream/unavailable";

    /// <summary>It says that too much is asked of it (429).</summary>
    public const string Busy = "upstream/busy";

    /// <summary>It doesn't take the node's key or address: the operator's fault, never the caller's.</summary>
    public const string Refused = "upstream/refused";

    /// <summary>It doesn't take what the caller asks for (400, 422).</summary>
    public const string Rejected = "upstream/rejected";

    /// <summary>What it sends is no answer, breaks off, or is longer than may be.</summary>
    public const string Broken = "upstream/broken";

    /// <summary>Another model answered than the one that was asked for.</summary>
    public const string ModelDiffers = "upstream/model-differs";

    /// <summary>The model changed within one answer.</summary>
    public const string ModelChanged = "upstream/model-changed";

    /// <summary>It answers without what a parameter asks for.</summary>
    public const string ParameterIgnored = "upstream/parameter-ignored";
}
