namespace Assay.Client;

/// <summary>Codes of confidential requests that weren't sent, or whose answers aren't (docs/errors.md); besides <see cref="Ohttp.OhttpErrors"/>.</summary>
public static class ConfidentialErrors
{
    /// <summary>The node gives no evidence, or something that isn't.</summary>
    public const string NoEvidence = "confidential/no-evidence";

    /// <summary>The caller's own policy doesn't accept the evidence. Nothing was sent.</summary>
    public const string NotAccepted = "confidential/not-accepted";

    /// <summary>The evidence binds no key for confidential requests. Nothing was sent.</summary>
    public const string NoKey = "confidential/no-key";

    /// <summary>A request that can't go this way, and doesn't go another.</summary>
    public const string Target = "confidential/target";

    /// <summary>The answer doesn't decrypt, or isn't a message: changed on its way, or to another request.</summary>
    public const string Answer = "confidential/answer";
}
