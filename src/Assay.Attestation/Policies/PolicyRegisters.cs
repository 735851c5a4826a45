using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What policies may say about each type: registers that must be pinned, their lengths, names of products, Intel's statuses.</summary>
internal static class PolicyRegisters
{
    internal const string MrSigner = "mrsigner";
    internal const string MrEnclave = "mrenclave";
    internal const string IsvProdId = "isv-prod-id";
    internal const string IsvSvn = "isv-svn";
    internal const string UpToDate = "UpToDate";

    /// <summary>Every status that a policy may accept; <c>Revoked</c> and unknown ones never.</summary>
    internal static ImmutableArray<string> Statuses { get; } =
    [
        UpToDate, "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded",
        "TDRelaunchAdvised", "TDRelaunchAdvisedConfigurationNeeded",
    ];

    internal static bool IsIntel(EvidenceType type) => type is EvidenceType.IntelTdx or EvidenceType.IntelSgx;

    /// <summary>Whether platforms of this type have security versions that a policy can set floors for.</summary>
    internal static bool HasFloors(EvidenceType type) => type is not (EvidenceType.AwsNitro or EvidenceType.Simulator);

    /// <summary>The registers without which a build would be pinned by nothing.</summary>
    internal static ImmutableArray<string> Demanded(EvidenceType type, IReadOnlyCollection<string> pinned) => type switch
    {
        EvidenceType.AwsNitro => ["pcr0", "pcr1", "pcr2"],
        EvidenceType.IntelTdx => ["mrtd", "rtmr0", "rtmr1", "rtmr2"],
        EvidenceType.IntelSgx => pinned.Contains(MrSigner) && !pinned.Contains(MrEnclave) ? [MrSigner, IsvProdId] : [MrEnclave],
        _ => ["measurement"],
    };

    /// <summary>A register's length in bytes; null where it isn't known, and any from 1 to 64 will do.</summary>
    internal static int? LengthOf(string register) => register switch
    {
        "measurement" or "mrtd" or "rtmr0" or "rtmr1" or "rtmr2" or "rtmr3" => 48,
        MrEnclave or MrSigner => 32,
        IsvProdId => 2,
        _ when register.StartsWith("pcr", StringComparison.Ordinal) => 48,
        _ => null,
    };

    /// <summary>Zeros in these registers are what a debug mode or nothing at all shows, so that no pin may have them.</summary>
    internal static bool MustNotBeZero(string register) =>
        register is "measurement" or "mrtd" or MrEnclave or MrSigner || register.StartsWith("pcr", StringComparison.Ordinal);

    internal static bool IsProduct(EvidenceType type, string product) => IsIntel(type)
        ? product.Length == 12 && product.All(static c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
        : product is "Milan" or "Genoa" or "Turin";
}
