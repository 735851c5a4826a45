namespace Assay.Verification;

/// <summary>Error codes of <see cref="TrustFile"/>.</summary>
public static class TrustErrors
{
    /// <summary>Longer than 1 MiB, or more than 4096 statements.</summary>
    public const string TooLarge = "trust/too-large";

    /// <summary>Not UTF-8.</summary>
    public const string Utf8 = "trust/utf8";

    /// <summary>A line starts with neither <c>log</c>, <c>node</c> nor <c>#</c>.</summary>
    public const string UnknownKind = "trust/unknown-kind";

    /// <summary>A line hasn't exactly one word after its kind.</summary>
    public const string Words = "trust/words";

    /// <summary>Not a verifier key of an Ed25519 log (C2SP signed-note).</summary>
    public const string LogKey = "trust/log-key";

    /// <summary>Not 64 hexadecimal digits.</summary>
    public const string NodeDigest = "trust/node-digest";

    /// <summary>The same statement stands twice.</summary>
    public const string Repeated = "trust/repeated";
}
