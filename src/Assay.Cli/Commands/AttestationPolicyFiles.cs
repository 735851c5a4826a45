using System.Text;
using Assay.Attestation;
using Assay.Cli.Console;

namespace Assay.Cli.Commands;

/// <summary>Reads attestation policies, plain (JSON in any spelling) and signed.</summary>
internal static class AttestationPolicyFiles
{
    /// <summary>A policy; <see cref="Signed"/> if it came signed.</summary>
    internal sealed record Opened(AttestationPolicy Policy, SignedAttestationPolicy? Signed);

    internal static async Task<Opened> ReadAsync(FileInfo file, CancellationToken cancellation)
    {
        byte[] bytes = await EvidenceFiles.ReadLimitedAsync(file.FullName, SignedAttestationPolicy.MaxLength, cancellation).ConfigureAwait(false);
        if (bytes is [0x84, ..])
        {
            SignedAttestationPolicy signed = SignedAttestationPolicy.TryDecode(bytes, out string? error)
                ?? throw new CliException(ExitCodes.CannotEvaluate, error!, $"{file.FullName} isn't a signed attestation policy.");
            return new Opened(signed.Policy, signed);
        }

        AttestationPolicy policy = AttestationPolicy.TryRead(bytes, out AttestationPolicyFault? fault)
            ?? throw new CliException(
                ExitCodes.CannotEvaluate, fault!.Code, $"The policy {file.FullName} can't be read{(fault.Path.Length == 0 ? "" : $" at {fault.Path}")}: {AttestationWords.Of(fault.Code)}.",
                "spec/attestation.md has its members; 'assay attest policy new' makes one.");
        return new Opened(policy, null);
    }

    /// <summary>The text with a line for each member, for people to edit; it reads back as the same policy.</summary>
    internal static byte[] Pretty(AttestationPolicy policy)
    {
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(policy.Text);
        using MemoryStream stream = new();
        using (System.Text.Json.Utf8JsonWriter writer = new(stream, new System.Text.Json.JsonWriterOptions { Indented = true }))
        {
            json.RootElement.WriteTo(writer);
        }

        return [.. stream.ToArray(), .. Encoding.UTF8.GetBytes("\n")];
    }
}
