namespace Assay.Attestation;

/// <summary>Error codes of attestation policies, plain and signed (spec/attestation.md, "Policy").</summary>
public static class AttestationPolicyErrors
{
    /// <summary>Longer than 64 KiB.</summary>
    public const string TooLarge = "attestation-policy/too-large";

    /// <summary>Not UTF-8.</summary>
    public const string Utf8 = "attestation-policy/utf8";

    /// <summary>Not strict JSON, nested too deep, an object has a member name twice, or a text isn't well-formed Unicode.</summary>
    public const string Json = "attestation-policy/json";

    /// <summary>A member that this version doesn't know. Policies are closed: it could mean anything.</summary>
    public const string UnknownMember = "attestation-policy/unknown-member";

    /// <summary>A member that must be there isn't.</summary>
    public const string MissingMember = "attestation-policy/missing-member";

    /// <summary>Another JSON type than the member has.</summary>
    public const string Type = "attestation-policy/type";

    /// <summary>A number, time, duration or count out of range, or not written as one.</summary>
    public const string Range = "attestation-policy/range";

    /// <summary>A text that isn't one of those the member may have.</summary>
    public const string Value = "attestation-policy/value";

    /// <summary>A member or rule that means nothing for this type of evidence.</summary>
    public const string Unfit = "attestation-policy/unfit";

    /// <summary>The same thing twice in a list.</summary>
    public const string Repeated = "attestation-policy/repeated";

    /// <summary>A build without a register that its type demands: it would be pinned by nothing.</summary>
    public const string NotPinned = "attestation-policy/not-pinned";

    /// <summary>A register pinned to zeros: that is what debug modes and unset registers show.</summary>
    public const string ZeroRegister = "attestation-policy/zero-register";

    /// <summary>A code that no policy may accept: a debug mode, or one that stands for any step.</summary>
    public const string NeverAccepted = "attestation-policy/never-accepted";

    /// <summary>The simulator beside hardware in one policy.</summary>
    public const string Simulator = "attestation-policy/simulator";

    /// <summary>A signed policy that isn't in this version's form.</summary>
    public const string SignedLayout = "attestation-policy/signed-layout";

    /// <summary>A signed policy whose text isn't canonical, or no policy.</summary>
    public const string SignedText = "attestation-policy/signed-text";
}
