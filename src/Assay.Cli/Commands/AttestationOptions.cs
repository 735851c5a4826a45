using Assay.Attestation;
using Assay.Cli.Console;
using Assay.Node.Attesting;

namespace Assay.Cli.Commands;

/// <summary>What <c>assay serve --attest</c> takes and says.</summary>
internal static class AttestationOptions
{
    internal static AttestMode Parse(string? text) => text switch
    {
        null => AttestMode.None,
        "auto" => AttestMode.Auto,
        "nitro" => AttestMode.Nitro,
        "tsm" => AttestMode.Tsm,
        "simulator" => AttestMode.Simulator,
        _ => throw CliException.Usage($"--attest '{text}' is nothing that attests.", "One of auto, nitro, tsm, simulator."),
    };

    internal static void Print(Output output, AttestationService? attestation)
    {
        if (attestation?.Current is not { Appraisal.Facts: { } facts } key)
        {
            return;
        }

        AttestationPolicy policy = attestation.Settings.Policy.Policy;
        output.Line($"attested {EvidenceTypes.NameOf(facts.Type)}, {GradeNames.NameOf(key.Appraisal.Grade)}, platform {facts.Platform.Digest}, policy '{policy.Name}' version {policy.Version}, again every {attestation.Settings.Renewal.TotalSeconds:0} s");
        if (attestation.Settings.Attester is SimulatorAttester simulator)
        {
            output.Line("         SIMULATED: NO HARDWARE PROTECTS THIS NODE. Its evidence proves nothing; only a policy that names this root accepts it:");
            output.Line($"         \"grades\":[\"simulated\"], \"types\":{{\"simulator\":{{\"roots\":[\"{simulator.Root}\"]}}}}, and the build {AppraisalText.Build(facts)}");
        }
    }
}
