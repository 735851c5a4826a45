using Assay.Files;

namespace Assay.Node.Keys;

/// <summary>Why a node's keys can't be used, beyond what <see cref="KeyFileErrors"/> say of one file (docs/errors.md).</summary>
public static class NodeKeyErrors
{
    /// <summary>The keys aren't those of the key set.</summary>
    public const string Mismatch = "nodekey/mismatch";

    /// <summary>Two sources say different keys: both files of one key, or one of two variables.</summary>
    public const string Ambiguous = "nodekey/ambiguous";

    /// <summary>The signer can't be reached, or refuses.</summary>
    public const string Signer = "nodekey/signer";
}
