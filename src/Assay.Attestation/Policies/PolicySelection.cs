using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Which policies an appraiser holds evidence against (spec/attestation.md, "Policy"): its own, and those signed by issuers it believes.</summary>
public static class PolicySelection
{
    /// <summary>
    /// The own policies as they are, then of each believed issuer the highest version at hand of each name. An issuer that signed two
    /// different texts as one version of one name has said nothing: none of that name counts.
    /// </summary>
    public static ImmutableArray<AttestationPolicy> Select(IEnumerable<AttestationPolicy> own, IEnumerable<SignedAttestationPolicy> signed, IReadOnlyCollection<PolicyIssuer> issuers)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(signed);
        ArgumentNullException.ThrowIfNull(issuers);
        Dictionary<(Digest32 Issuer, string Name), List<AttestationPolicy>> highest = [];
        foreach (SignedAttestationPolicy candidate in signed)
        {
            Digest32 issuer = candidate.Issuer.Thumbprint();
            AttestationPolicy policy = candidate.Policy;
            if (!issuers.Any(believed => believed.Thumbprint == issuer && policy.Version >= believed.LeastVersion) || candidate.Verify() is not null)
            {
                continue;
            }

            if (!highest.TryGetValue((issuer, policy.Name), out List<AttestationPolicy>? known) || known[0].Version < policy.Version)
            {
                highest[(issuer, policy.Name)] = [policy];
            }
            else if (known[0].Version == policy.Version && known.TrueForAll(other => other.Digest != policy.Digest))
            {
                known.Add(policy);
            }
        }

        IEnumerable<AttestationPolicy> agreed = highest.OrderBy(static pair => pair.Key.Issuer.ToString(), StringComparer.Ordinal).ThenBy(static pair => pair.Key.Name, StringComparer.Ordinal)
            .Where(static pair => pair.Value.Count == 1).Select(static pair => pair.Value[0]);
        return [.. own.Concat(agreed).DistinctBy(static policy => policy.Digest)];
    }
}
