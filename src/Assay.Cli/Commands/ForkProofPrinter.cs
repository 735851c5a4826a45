using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Cli.Commands;

/// <summary>Says what a fork proof proves: who signed which two checkpoints, and why they can't both be true.</summary>
internal static class ForkProofPrinter
{
    internal static int Show(Output output, byte[] bytes)
    {
        ForkProof? proof = ForkProof.TryDecode(bytes, out string? error);
        if (proof is null)
        {
            throw new CliException(ExitCodes.CannotEvaluate, error!, "This calls itself a fork proof and can't be read as one.");
        }

        CheckResult result = proof.Check(out error);
        if (proof.FirstHead is { } first && proof.SecondHead is { } second)
        {
            Explain(output, proof.LogKey, first, second, result, error);
        }
        else
        {
            output.Line($"worthless  one of the two isn't a checkpoint ({error})");
        }

        output.Json(json =>
        {
            json.WriteString("kind", "fork-proof");
            json.WriteString("result", result switch { CheckResult.Pass => "proven", CheckResult.Fail => "worthless", _ => "not-proven" });
            json.WriteString("code", error);
            json.WriteString("log", proof.LogKey.ToString());
            json.WriteStartArray("checkpoints");
            foreach (Checkpoint? head in new[] { proof.FirstHead, proof.SecondHead })
            {
                json.WriteStartObject();
                json.WriteNumber("size", head?.Size ?? 0);
                json.WriteString("root", head?.Root.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

        // Proven is what nobody wants: the log isn't to be trusted. A file that proves nothing says nothing about the log.
        return result == CheckResult.Pass ? ExitCodes.Untrusted : ExitCodes.CannotEvaluate;
    }

    private static void Explain(Output output, NoteVerifierKey log, Checkpoint first, Checkpoint second, CheckResult result, string? error)
    {
        output.Line($"log      {log.Name}, key {log}");
        string signed = result == CheckResult.Fail ? "claims" : "signed";
        output.Line($"{signed}   {first.Size:N0} entries, root {first.Root}");
        output.Line($"{signed}   {second.Size:N0} entries, root {second.Root}");
        switch (result)
        {
            case CheckResult.Pass when first.Size == second.Size:
                output.Line($"FORK     The log '{log.Name}' signed two different contents of its first {first.Size:N0} entries. It has shown different histories to different people. Both signatures verify here; no one else's word is needed.");
                break;
            case CheckResult.Pass:
                output.Line($"FORK     The log '{log.Name}' signed {second.Size:N0} entries whose first {first.Size:N0} aren't the {first.Size:N0} that it signed before or elsewhere. Entries were changed or removed. Both signatures and the hashes verify here; no one else's word is needed.");
                break;
            case CheckResult.NotEvaluated:
                output.Line($"nothing  Both are signed, and a log that grows signs such checkpoints: this file shows no contradiction [{error}].");
                break;
            default:
                output.Line($"nothing  The file is worth nothing: {Why(error)} [{error}]. It says nothing about the log.");
                break;
        }
    }

    private static string Why(string? error) => error switch
    {
        ForkErrors.Signature => "at least one of the two isn't signed by that key",
        ForkErrors.Path => "its hashes don't lead to the larger checkpoint",
        ForkErrors.Checkpoint => "at least one of the two isn't a checkpoint of that log",
        _ => "it isn't in its one form",
    };
}
