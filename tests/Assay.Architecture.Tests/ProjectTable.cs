namespace Assay.Architecture.Tests;

/// <summary>The layers: what each project may reference, and whether it is pure. ARCHITECTURE.md has the same table.</summary>
internal static class ProjectTable
{
    /// <summary>By name; a pure project has no file system, network, ambient clock or ambient randomness.</summary>
    public static IReadOnlyDictionary<string, Row> Rows { get; } = new Dictionary<string, Row>
    {
        ["Assay.Primitives"] = new(true, []),
        ["Assay.Files"] = new(false, []),
        ["Assay.Programs"] = new(true, ["Assay.Primitives"]),
        ["Assay.Receipts"] = new(true, ["Assay.Primitives"]),
        ["Assay.Attestation"] = new(true, ["Assay.Primitives"]),
        ["Assay.Proofs"] = new(true, ["Assay.Programs"]),
        ["Assay.Evm"] = new(true, []),
        ["Assay.Payments"] = new(true, ["Assay.Evm"]),
        ["Assay.Chat"] = new(true, ["Assay.Receipts"]),
        ["Assay.Verification"] = new(true, ["Assay.Receipts", "Assay.Chat", "Assay.Proofs", "Assay.Attestation", "Assay.Evm", "Assay.Payments"]),
        ["Assay.Engine"] = new(false, ["Assay.Programs"]),
        ["Assay.Models"] = new(false, ["Assay.Files", "Assay.Programs", "Assay.Engine"]),
        ["Assay.OnnxRuntime"] = new(false, []),
        ["Assay.Llama"] = new(false, ["Assay.Chat"]),
        ["Assay.Upstream"] = new(false, ["Assay.Chat"]),
        ["Assay.Media"] = new(false, ["Assay.Models"]),
        ["Assay.Prover"] = new(false, ["Assay.Proofs"]),
        ["Assay.Log"] = new(false, ["Assay.Files"]),
        ["Assay.Witness"] = new(false, ["Assay.Files", "Assay.Log"]),
        ["Assay.Chain"] = new(false, ["Assay.Files", "Assay.Evm", "Assay.Payments"]),
        ["Assay.Facilitator"] = new(false, ["Assay.Files", "Assay.Evm", "Assay.Payments", "Assay.Chain"]),
        ["Assay.Ohttp"] = new(false, []),
        ["Assay.Client"] = new(false, ["Assay.Files", "Assay.Chat", "Assay.Verification", "Assay.Evm", "Assay.Payments", "Assay.Chain", "Assay.Programs", "Assay.Ohttp"]),
        ["Assay.Extensions.AI"] = new(false, ["Assay.Chat", "Assay.Client"]),
        ["Assay.Replayer"] = new(false, ["Assay.Files", "Assay.Client", "Assay.Engine"]),
        ["Assay.Node"] = new(
            false,
            [
                "Assay.Files", "Assay.Programs", "Assay.Receipts", "Assay.Chat", "Assay.Attestation", "Assay.Proofs", "Assay.Verification", "Assay.Models",
                "Assay.Engine", "Assay.OnnxRuntime", "Assay.Llama", "Assay.Upstream", "Assay.Prover", "Assay.Log", "Assay.Evm", "Assay.Payments", "Assay.Chain", "Assay.Facilitator", "Assay.Client", "Assay.Ohttp",
            ]),
        ["Assay.Cli"] = new(
            false,
            [
                "Assay.Files", "Assay.Programs", "Assay.Receipts", "Assay.Chat", "Assay.Attestation", "Assay.Proofs", "Assay.Verification", "Assay.Models",
                "Assay.Engine", "Assay.OnnxRuntime", "Assay.Llama", "Assay.Prover", "Assay.Log", "Assay.Evm", "Assay.Payments", "Assay.Chain", "Assay.Facilitator", "Assay.Client", "Assay.Node",
                "Assay.Witness", "Assay.Replayer", "Assay.Media", "Assay.Ohttp",
            ]),
    };

    /// <summary>One project; what it may reference besides Assay.Primitives, which everything may.</summary>
    internal sealed record Row(bool IsPure, string[] MayReference);
}
