namespace Assay.Attestation;

/// <summary>Codes of OpenGradient's formats (docs/errors.md). A document that can't be read gives those of <c>nitro/…</c>.</summary>
public static class OpenGradientErrors
{
    /// <summary>Not JSON, or it repeats a member.</summary>
    public const string Json = "og/json";

    /// <summary>A request that the enclave wouldn't have read.</summary>
    public const string Request = "og/request";

    /// <summary>A response without the members that say who signed what, or with one that isn't in its form.</summary>
    public const string Response = "og/response";

    /// <summary>A stream that ended before its last, signed frame.</summary>
    public const string Unsigned = "og/unsigned";

    /// <summary>The enclave's document fails a check of AWS's format; the step's own code says which.</summary>
    public const string Document = "og/document";

    /// <summary>The enclave runs in debug mode.</summary>
    public const string Debug = "og/debug";

    /// <summary>The document is older than five minutes, or from the future by more than one, or from before 2025-01-31.</summary>
    public const string Age = "og/age";

    /// <summary>User data aren't two multihashes of SHA-256.</summary>
    public const string UserData = "og/user-data";

    /// <summary>The document is about another TLS certificate.</summary>
    public const string TlsCertificate = "og/tls-certificate";

    /// <summary>The document is about another signing key.</summary>
    public const string OtherKey = "og/other-key";

    /// <summary>The signing key isn't an RSA key of 2048 to 8192 bits.</summary>
    public const string Key = "og/key";

    /// <summary>The registers aren't those of an approved build.</summary>
    public const string Build = "og/build";

    /// <summary>The response names another enclave than the key's.</summary>
    public const string TeeId = "og/tee-id";

    /// <summary>The response was signed for another request.</summary>
    public const string OtherRequest = "og/other-request";

    /// <summary>The output isn't the one that was signed.</summary>
    public const string OtherOutput = "og/other-output";

    /// <summary>The key didn't sign this.</summary>
    public const string Signature = "og/signature";

    /// <summary>The response is older than an hour, or from the future by more than five minutes.</summary>
    public const string Time = "og/time";

    /// <summary>What the step needs wasn't given.</summary>
    public const string NotGiven = "og/not-given";
}
