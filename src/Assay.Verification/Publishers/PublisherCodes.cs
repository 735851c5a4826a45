namespace Assay.Verification;

/// <summary>Why a publisher's statement doesn't count for a model (spec/publisher.md, "What a verifier makes of one").</summary>
public static class PublisherCodes
{
    /// <summary>It is about another model.</summary>
    public const string OtherModel = "publisher/other-model";

    /// <summary>It names another source file.</summary>
    public const string OtherSource = "publisher/other-source";

    /// <summary>It names another statement about the model: other test data, options or fidelity.</summary>
    public const string OtherStatement = "publisher/other-statement";

    /// <summary>It names another card.</summary>
    public const string OtherCard = "publisher/other-card";

    /// <summary>It holds, and there is no trust file that could say whose key that is.</summary>
    public const string NoTrustFile = "publisher/no-trust-file";

    /// <summary>It holds, and the trust file doesn't name this key.</summary>
    public const string NotNamed = "publisher/not-named";
}
