namespace Assay.Receipts;

/// <summary>Error codes of <see cref="VerificationLevel"/>.</summary>
public static class LevelErrors
{
    /// <summary>No text at all.</summary>
    public const string Empty = "level/empty";

    /// <summary>A part is none of <c>signed</c>, <c>replay</c>, <c>tee</c>, <c>zk</c> (exactly so written).</summary>
    public const string Unknown = "level/unknown";

    /// <summary>A part stands twice.</summary>
    public const string Repeated = "level/repeated";

    /// <summary>Known parts, but in another order than the canonical one, or with a superfluous <c>signed</c>.</summary>
    public const string NotCanonical = "level/not-canonical";
}
