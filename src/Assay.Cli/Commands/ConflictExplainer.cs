using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification.Counters;

namespace Assay.Cli.Commands;

/// <summary>Shows a file that claims that a node gave one counter twice, and whether it proves it.</summary>
internal static class ConflictExplainer
{
    internal static int Explain(Output output, CounterConflict conflict)
    {
        CheckResult result = conflict.Check(TimeProvider.System.GetUtcNow(), out string? error, out CounterSighting? first, out CounterSighting? second);
        CounterSighting[] receipts = [.. new[] { first, second }.OfType<CounterSighting>()];
        foreach (CounterSighting receipt in receipts)
        {
            output.Line($"receipt  {receipt.Digest}");
            output.Line($"         id {receipt.Id}, counter {receipt.Counter} of key '{KeyOf(receipt)}', {(receipt.LogIndex is { } index ? $"log entry {index}" : "no place in the log")}");
            output.Line($"         signed by {receipt.Origin}, key set {receipt.KeySet}");
        }

        output.Line(result switch
        {
            CheckResult.Pass => "proven   whoever holds these keys signed one counter for two different receipts; no honest node does.",
            CheckResult.Fail => $"nothing  these two receipts don't contradict each other ({error})",
            _ => $"unknown  the receipts can't be checked ({error})",
        });
        if (result == CheckResult.Pass)
        {
            output.Line("         Whether the key set is the node's, your trust file says.");
        }

        output.Json(json =>
        {
            json.WriteString("kind", DomainTags.CounterConflict);
            json.WriteString("proven", result switch { CheckResult.Pass => "pass", CheckResult.Fail => "fail", _ => "not-evaluated" });
            json.WriteString("error", error);
            json.WriteStartArray("receipts");
            foreach (CounterSighting receipt in receipts)
            {
                json.WriteStartObject();
                json.WriteString("digest", receipt.Digest.ToString());
                json.WriteString("id", receipt.Id.ToString());
                json.WriteString("key", KeyOf(receipt));
                json.WriteNumber("counter", receipt.Counter);
                json.WriteString("origin", receipt.Origin);
                json.WriteString("keySet", receipt.KeySet.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return result switch { CheckResult.Pass => ExitCodes.Met, CheckResult.Fail => ExitCodes.PolicyNotMet, _ => ExitCodes.CannotEvaluate };
    }

    private static string? KeyOf(CounterSighting receipt) => receipt.Bundle.Claims.Text(ClaimRegistry.PartiesApiKey);
}
