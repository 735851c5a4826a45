using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// What verdicts about evidence rest on and can't check, with the published attacks that break it (docs/tee.md, "What it assumes").
/// Every verdict has its list, accepted or not.
/// </summary>
internal static class Assumptions
{
    internal static ImmutableArray<AppraisalAssumption> Of(EvidenceType type, Grade grade, PlatformEndorsement? host, EvidenceFacts? facts)
    {
        List<AppraisalAssumption> list = [];
        if (type == EvidenceType.Simulator)
        {
            list.Add(new("tee/simulated", "There is no hardware. Whoever holds the simulator's root can sign anything, and whoever runs the node can read and change everything.", []));
            list.Add(Software());
            return [.. list];
        }

        list.Add(Access(type, grade, host));
        if (facts?.Product == "Milan")
        {
            list.Add(new("tee/root-seed", "Nobody took the root seed out of this chip. On Milan that needs software only, and whoever has it forges reports of any security version.", ["MilanLaunchy/BadFuse (2026)"]));
        }

        list.Add(Vendor(type));
        if (type == EvidenceType.AzureSevSnp)
        {
            list.Add(new("tee/paravisor", "Microsoft's paravisor, which runs above the guest and whose code is closed, passes on what the guest bound and nothing else.", []));
        }

        if (facts?.Platform.Kind == "amd-csp")
        {
            list.Add(new("tee/cloud-key", "The report is signed by a key of the cloud, not of the chip: which machine it was, nobody can tell, and the cloud lets no other sign with it.", []));
        }

        list.Add(Holes(type));
        list.Add(Software());
        list.Add(new(
            "tee/location",
            "The hardware that signed is the one that answers: evidence says that such a machine holds the key, not where it stands, nor that it is the only one. Keys are counted by platform in the node's log.",
            ["relay of evidence from another genuine machine (cuckoo attacks)"]));
        return [.. list];
    }

    private static AppraisalAssumption Access(EvidenceType type, Grade grade, PlatformEndorsement? host) => (type, grade) switch
    {
        (EvidenceType.AwsNitro, _) => new("tee/third-party", "AWS holds the machine, and nobody there opens it or lets the node's operator in.", []),
        (_, Grade.ThirdPartyHosted) => new("tee/third-party", $"{host?.Host} holds the machine, as its endorser says, and neither opens it nor lets the node's operator in.", PhysicalAttacks(type)),
        _ => new("tee/physical-access", "Whoever runs the node may stand beside the machine. If they open it, they can take its keys and sign anything: no evidence shows that.", PhysicalAttacks(type)),
    };

    private static ImmutableArray<string> PhysicalAttacks(EvidenceType type) => type switch
    {
        EvidenceType.IntelSgx => ["WireTap (2025)", "Battering RAM (2025)", "TEE.fail (2025)"],
        EvidenceType.IntelTdx => ["TEE.fail (2025)", "WireTap (2025, keys of the quoting enclave)"],
        _ => ["Battering RAM (2025)", "TEE.fail (2025)", "BadRAM (2024, CVE-2024-21944)"],
    };

    private static AppraisalAssumption Vendor(EvidenceType type)
    {
        string vendor = type switch
        {
            EvidenceType.AwsNitro => "AWS",
            EvidenceType.IntelTdx or EvidenceType.IntelSgx => "Intel",
            _ => "AMD",
        };
        return new("tee/vendor-honest", $"{vendor} keeps its root keys, and its hardware and firmware sign only what they measured.", []);
    }

    private static AppraisalAssumption Holes(EvidenceType type) => new(
        "tee/no-unknown-holes",
        type == EvidenceType.AwsNitro
            ? "The hypervisor and the cards under the enclave have no hole that lets others in. Evidence says nothing about their versions."
            : "Processor, firmware and microcode have no hole that is unknown, or that the version floors let through.",
        type switch
        {
            EvidenceType.AwsNitro => [],
            EvidenceType.IntelTdx => ["five vulnerabilities in the review of TDX 1.5 (2026)", "Heckler (2024)"],
            EvidenceType.IntelSgx => ["Foreshadow (2018) to Downfall (2023)", "AEPIC Leak (2022)"],
            _ => ["CacheWarp (2023)", "EntrySign (2025)", "RMPocalypse (2025)", "StackWarp (2026)", "Heckler and WeSee (2024)"],
        });

    private static AppraisalAssumption Software() =>
        new("tee/software", "The software with these measurements does what its build says. Evidence says which code runs; whether the code is right, somebody has to read.", []);
}
