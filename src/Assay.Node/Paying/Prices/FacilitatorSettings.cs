namespace Assay.Node.Paying;

/// <summary>Who settles: a facilitator at an address, or this node itself with an account of its own.</summary>
public sealed record FacilitatorSettings
{
    /// <summary>A facilitator elsewhere; null: the built-in one.</summary>
    public Uri? Url { get; init; }

    /// <summary>The environment variable with the facilitator's bearer token; null: it wants none.</summary>
    public string? TokenVariable { get; init; }

    /// <summary>Built in: the keystore file of the account that pays for transactions.</summary>
    public string? Keystore { get; init; }

    /// <summary>Built in: the file with the keystore's passphrase.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>Built in, instead of a keystore: the environment variable with the private key, 64 digits.</summary>
    public string? KeyVariable { get; init; }
}
