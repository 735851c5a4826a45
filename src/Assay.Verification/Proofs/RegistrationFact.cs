using Assay.Primitives;

namespace Assay.Verification;

/// <summary>A registration of a proof key, and what the verifier makes of it.</summary>
/// <param name="Issuer">The thumbprint of its issuer's key.</param>
/// <param name="Name">The issuer's name in the trust file, if it has one.</param>
/// <param name="Status">What it is worth here.</param>
/// <param name="At">When, by the issuer's clock.</param>
public sealed record RegistrationFact(Digest32 Issuer, string? Name, RegistrationStatus Status, DateTimeOffset At)
{
    /// <summary>The issuer as people may see it.</summary>
    internal string Shown => Name is { } name ? Verification.Shown.Name(name) : $"issuer {Issuer.ToString()[..16]}";
}
