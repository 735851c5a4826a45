namespace Assay.Primitives.Notes;

/// <summary>The stable codes of <see cref="ForkProof"/> (spec/witness.md).</summary>
public static class ForkErrors
{
    /// <summary>The file is longer than <see cref="ForkProof.MaxSize"/>.</summary>
    public const string Size = "fork/size";

    /// <summary>Not a fork proof, or not in its one form.</summary>
    public const string Format = "fork/format";

    /// <summary>The log's key can't be read.</summary>
    public const string Key = "fork/key";

    /// <summary>One of the two isn't a checkpoint of the key's origin.</summary>
    public const string Checkpoint = "fork/checkpoint";

    /// <summary>One of the two isn't signed by the log's key: somebody else may have made it up.</summary>
    public const string Signature = "fork/signature";

    /// <summary>The hashes don't lead to the larger checkpoint's root.</summary>
    public const string Path = "fork/path";

    /// <summary>Both are signed, and both can be true of one growing log as far as this file shows.</summary>
    public const string NoContradiction = "fork/no-contradiction";
}
