using System.Collections.Frozen;
using Assay.Attestation;

namespace Assay.Cli.Commands;

/// <summary>Plain words for codes of attestations. A code without words is shown as it is.</summary>
internal static class AttestationWords
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        // Steps.
        [StepCodes.Parse] = "the evidence is read strictly",
        [StepCodes.Signature] = "the attester's key signed it",
        [StepCodes.Chain] = "certificates lead to the vendor's root",
        [StepCodes.Revocation] = "none of them is revoked",
        [StepCodes.Collateral] = "the vendor's statements are about this platform",
        [StepCodes.Signer] = "who signed may sign this",
        [StepCodes.Tcb] = "the platform's security version holds together",
        [StepCodes.Policy] = "the policy is in force and accepts the type",
        [StepCodes.Mode] = "it runs in no mode that the policy doesn't accept",
        [StepCodes.Floor] = "the security version is one that the policy accepts",
        [StepCodes.Build] = "the measurements are those of a build of the policy",
        [StepCodes.Platform] = "grade and platform are accepted",
        [StepCodes.Binding] = "the evidence carries the binding to the key",
        [StepCodes.Freshness] = "it is fresh",

        // What stood in the way.
        ["tee/earlier-step"] = "an earlier step stood in the way",
        ["tee/no-verifier"] = "nothing here verifies this type",
        [AppraisalErrors.NoPolicy] = "no policy counts: nothing says what to accept",
        [AppraisalErrors.PolicyNotYet] = "the policy isn't in force yet",
        [AppraisalErrors.PolicyExpired] = "the policy is no longer in force",
        [AppraisalErrors.PolicyType] = "the policy doesn't accept this type of evidence",
        [AppraisalErrors.SimulatorRoot] = "the policy doesn't name this simulator's root",
        [AppraisalErrors.NoStatus] = "no statement of the vendor's gives the platform a status",
        [AppraisalErrors.Status] = "the policy doesn't accept this status of the platform",
        [AppraisalErrors.Advisory] = "an advisory goes with the status that the policy doesn't name",
        [AppraisalErrors.EvaluationNumber] = "the status rests on an older evaluation than the policy asks for",
        [AppraisalErrors.FloorProduct] = "the policy sets no least versions for this product",
        [AppraisalErrors.FloorBelow] = "a security version is below the policy's least",
        [AppraisalErrors.Build] = "no build of the policy has these measurements",
        [AppraisalErrors.Grade] = "the policy doesn't accept machines in these hands",
        [AppraisalErrors.PlatformRefused] = "the policy refuses this platform",
        [AppraisalErrors.PlatformNotAllowed] = "the policy lists platforms, and this isn't one",
        [AppraisalErrors.NoBinding] = "the evidence came by itself: nothing says which key it should speak for",
        [AppraisalErrors.BindingDiffers] = "the evidence carries something else",
        [AppraisalErrors.BindingKey] = "the binding is about another key",
        [AppraisalErrors.BindingNode] = "the binding is about another node",
        [AppraisalErrors.BindingKeyConfig] = "the binding is about another key for confidential requests",
        [AppraisalErrors.Nonce] = "it was made for another nonce",
        [AppraisalErrors.TooOld] = "it is older than the policy allows",
        [AppraisalErrors.FromFuture] = "it is from the future",
        [AppraisalErrors.ClocksDiffer] = "the hardware's clock and the software's disagree",
        ["snp/no-crl"] = "there is no revocation list of AMD's; a policy may accept that by name",
        ["snp/no-vek"] = "the certificate of the chip's key isn't at hand (--collateral)",

        // Modes.
        ["nitro/debug"] = "debug mode: its console is open to the operator. Never accepted",
        ["snp/debug"] = "debug mode: the host can read and change its memory. Never accepted",
        ["tdx/debug"] = "debug mode: the host can read and change its memory. Never accepted",
        ["sgx/debug"] = "debug mode: the host can read and change its memory. Never accepted",
        ["snp/vlek"] = "signed by a key of the cloud, not of the chip",
        ["snp/vmpl-1"] = "asked for at privilege level 1, below other software of the guest",
        ["snp/vmpl-2"] = "asked for at privilege level 2, below other software of the guest",
        ["snp/vmpl-3"] = "asked for at privilege level 3, below other software of the guest",
        ["snp/vmpl-host"] = "asked for by the host, not by the guest",
        ["snp/no-alias-check"] = "memory wasn't checked for aliases (BadRAM)",
        ["snp/version-2"] = "an old form of report that doesn't name the processor",
        ["snp/masked-chip"] = "the chip hides its identity",
        ["snp/migration-agent"] = "a migration agent may move it to another machine",
        ["snp/milan"] = "a Milan processor, whose root seed software can extract",
        ["tdx/service-td"] = "another trust domain serves it (migration)",
        ["tdx/migratable"] = "it may be moved to another machine",
        ["tdx/no-sept-ve-disable"] = "the host can make it take exceptions on its pages",
        ["sgx/provision-key"] = "the enclave may use the provisioning key",
        ["azure/paravisor"] = "Microsoft's paravisor runs above the guest",

        // Policies.
        [AttestationPolicyErrors.UnknownMember] = "there is no such member",
        [AttestationPolicyErrors.MissingMember] = "this member must be there",
        [AttestationPolicyErrors.Type] = "another JSON type is expected",
        [AttestationPolicyErrors.Range] = "out of range, or not written as it must be",
        [AttestationPolicyErrors.Value] = "not one of the values that may stand here",
        [AttestationPolicyErrors.Unfit] = "this means nothing for this type of evidence",
        [AttestationPolicyErrors.Repeated] = "this stands there twice",
        [AttestationPolicyErrors.NotPinned] = "without this register the build is pinned by nothing",
        [AttestationPolicyErrors.ZeroRegister] = "zeros are what debug modes and unset registers show",
        [AttestationPolicyErrors.NeverAccepted] = "no policy may accept this",
        [AttestationPolicyErrors.Simulator] = "the simulator and hardware don't go together in one policy",
        [AttestationPolicyErrors.Json] = "not strict JSON",
        [AttestationPolicyErrors.Utf8] = "not UTF-8",
        [AttestationPolicyErrors.TooLarge] = "longer than 64 KiB",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A code's words; the code itself if it has none.</summary>
    internal static string Of(string code) => Words.GetValueOrDefault(code, code);

    /// <summary>The words and the code, or the code alone.</summary>
    internal static string WithCode(string code) => Words.TryGetValue(code, out string? words) ? $"{words} [{code}]" : $"[{code}]";

    internal static string Of(EvidenceType type) => type switch
    {
        EvidenceType.AwsNitro => "a document of AWS Nitro Enclaves",
        EvidenceType.AmdSevSnp => "a report of AMD SEV-SNP",
        EvidenceType.AzureSevSnp => "a report of AMD SEV-SNP in Azure's wrapper",
        EvidenceType.IntelTdx => "a quote of Intel TDX",
        EvidenceType.IntelSgx => "a quote of Intel SGX",
        _ => "a report of the SIMULATOR: no hardware, no protection",
    };

    internal static string Of(Grade grade, PlatformEndorsement? host) => grade switch
    {
        Grade.Simulated => "simulated: there is no hardware; whoever runs it can read and change everything",
        Grade.ThirdPartyHosted => $"third-party-hosted: {host?.Host ?? "AWS"} holds the machine, not the node's operator",
        _ => "operator-held: whoever runs the node may stand beside the machine and open it",
    };
}
