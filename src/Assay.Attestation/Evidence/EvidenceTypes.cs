using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>The names of evidence types in documents (spec/attestation.md, "Types").</summary>
public static class EvidenceTypes
{
    private static readonly ImmutableArray<(EvidenceType Type, string Name)> Names =
    [
        (EvidenceType.AwsNitro, "aws-nitro"),
        (EvidenceType.AmdSevSnp, "amd-sev-snp"),
        (EvidenceType.AzureSevSnp, "azure-sev-snp"),
        (EvidenceType.IntelTdx, "intel-tdx"),
        (EvidenceType.IntelSgx, "intel-sgx"),
        (EvidenceType.Simulator, "simulator"),
    ];

    /// <summary>All names, in the enumeration's order.</summary>
    public static ImmutableArray<string> All { get; } = [.. Names.Select(static item => item.Name)];

    /// <summary>The name of a type.</summary>
    public static string NameOf(EvidenceType type) => Names[(int)type].Name;

    /// <summary>The type with a name; false if there is none.</summary>
    public static bool TryParse(string? name, out EvidenceType type)
    {
        foreach ((EvidenceType candidate, string known) in Names)
        {
            if (known == name)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }
}
