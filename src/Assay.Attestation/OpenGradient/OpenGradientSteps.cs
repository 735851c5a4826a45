using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>The steps of OpenGradient's rule, in order (docs/opengradient.md).</summary>
public static class OpenGradientSteps
{
    /// <summary>The document is read, signed, and leads to AWS's root at the time of registration.</summary>
    public const string Document = "og/document";

    /// <summary>The enclave doesn't run in debug mode: ours, theirs leaves it to the list of builds.</summary>
    public const string Mode = "og/mode";

    /// <summary>The document is young enough to register with.</summary>
    public const string Age = "og/age";

    /// <summary>It is about the TLS certificate.</summary>
    public const string Tls = "og/tls";

    /// <summary>It is about the signing key.</summary>
    public const string Key = "og/key";

    /// <summary>Its registers are those of an approved build.</summary>
    public const string Build = "og/build";

    /// <summary>The response names this key's enclave.</summary>
    public const string Tee = "og/tee";

    /// <summary>The response was signed for this request.</summary>
    public const string Request = "og/request";

    /// <summary>The response has the output that was signed.</summary>
    public const string Output = "og/output";

    /// <summary>The signing key signed request, output and time.</summary>
    public const string Signature = "og/signature";

    /// <summary>The response is recent, as the network's contract asks.</summary>
    public const string Time = "og/time";

    /// <summary>Those about the enclave.</summary>
    public static ImmutableArray<string> OfEnclave { get; } = [Document, Mode, Age, Tls, Key, Build];

    /// <summary>Those about a response.</summary>
    public static ImmutableArray<string> OfResponse { get; } = [Tee, Request, Output, Signature, Time];
}
