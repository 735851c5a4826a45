using System.CommandLine;
using Assay.Cli.Console;
using Assay.Log;
using Assay.Log.Checking;
using Assay.Node.Issuing;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay log</c>: the node's log as anybody may look at it.</summary>
internal static class LogCommands
{
    internal static Command Create()
    {
        Option<Uri> node = Nodes.Option();
        Command checkpoint = new Command("checkpoint", "Print a node's newest checkpoint (a C2SP signed note).") { node }.Do(async (parsed, output, cancellation) =>
        {
            byte[] note = await Nodes.Client(parsed.GetRequiredValue(node)).GetAsync("log/checkpoint", cancellation).ConfigureAwait(false);
            string text = System.Text.Encoding.UTF8.GetString(note);
            output.Line(text.TrimEnd());
            output.Json(json => json.WriteString("checkpoint", text));
            return ExitCodes.Met;
        });
        Command fsck = new Command("fsck", "Re-hash a stopped node's whole log and compare entries, tiles, database and checkpoint.") { NodeFolder.Option }.Do((parsed, output, cancellation) =>
        {
            string folder = NodeFolder.Of(parsed);
            KeySet? keySet = KeySet.TryDecode(File.ReadAllBytes(Path.Combine(folder, "keyset.cbor")), out string? error);
            if (keySet is null)
            {
                throw new CliException(ExitCodes.CannotEvaluate, error!, $"{folder} has no readable key set.");
            }

            FsckReport report = Fsck.Run(Path.Combine(folder, "log"), new FsckOptions { Key = keySet.LogVerifierKey, CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check }, cancellation);
            foreach (LogFinding finding in report.Findings)
            {
                output.Line($"problem  {finding.Code}: {finding.Subject}: {finding.Detail}");
            }

            output.Line(report.Outcome == FsckOutcome.Clean
                ? $"sound    {report.Entries:N0} entries, {report.Receipts:N0} receipts, checkpoint of size {report.Checkpoint?.Size ?? 0:N0}"
                : $"damaged  {report.FindingCount:N0} problems; don't start this node before you know why");
            foreach (string code in report.NotChecked)
            {
                output.Line($"not checked  {code}");
            }

            output.Json(json =>
            {
                json.WriteString("outcome", report.Outcome == FsckOutcome.Clean ? "clean" : "damaged");
                json.WriteNumber("entries", report.Entries);
                json.WriteNumber("receipts", report.Receipts);
                json.WriteStartArray("findings");
                foreach (LogFinding finding in report.Findings)
                {
                    json.WriteStartObject();
                    json.WriteString("code", finding.Code);
                    json.WriteString("subject", finding.Subject);
                    json.WriteString("detail", finding.Detail);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return Task.FromResult(report.Outcome switch
            {
                FsckOutcome.Clean => ExitCodes.Met,
                FsckOutcome.Damaged => ExitCodes.Untrusted,
                _ => ExitCodes.CannotEvaluate,
            });
        });
        Command stats = new Command("stats", "Count the levels that were really asked for, from the public log alone.") { node }.Do(async (parsed, output, cancellation) =>
        {
            LogStatistics statistics = await LogStatistics.ReadAsync(Nodes.Client(parsed.GetRequiredValue(node)), cancellation).ConfigureAwait(false);
            output.Line($"log      {statistics.Origin}, {statistics.Size:N0} entries, tree head recomputed from them: {(statistics.RootMatches ? "equal to the checkpoint's" : "DIFFERENT from the checkpoint's")}");
            foreach ((string level, long count) in statistics.Levels)
            {
                output.Line($"{level,-8} {count,10:N0}   {100.0 * count / Math.Max(1, statistics.Receipts):0.0}%");
            }

            foreach (LoggedPlatform platform in statistics.Platforms)
            {
                output.Line($"platform {platform.Digest}  {string.Join(", ", platform.Types)}, {string.Join(", ", platform.Grades)}: {platform.Keys.Count:N0} keys, {platform.Evidence:N0} pieces of evidence");
            }

            foreach (LogEntry.ForAttestationPolicy policy in statistics.Policies)
            {
                output.Line($"policy   {policy.Name} version {policy.Version}: {policy.Policy}");
            }

            if (statistics.Settlements + statistics.Endorsements > 0)
            {
                output.Line($"settled  {statistics.Settlements,10:N0}   payments that the node says were settled; {statistics.Endorsements:N0} other endorsements");
            }

            output.Line("An operator can send itself traffic: these are requests, not people.");
            if (statistics.Platforms.Count > 0)
            {
                output.Line("Type, grade and platform are what the node logged: only appraising its evidence says whether they are so.");
            }

            output.Json(json =>
            {
                json.WriteString("origin", statistics.Origin);
                json.WriteNumber("size", statistics.Size);
                json.WriteBoolean("rootMatches", statistics.RootMatches);
                json.WriteStartObject("levels");
                foreach ((string level, long count) in statistics.Levels)
                {
                    json.WriteNumber(level, count);
                }

                json.WriteEndObject();
                json.WriteNumber("settlements", statistics.Settlements);
                json.WriteNumber("endorsements", statistics.Endorsements);
                json.WriteStartArray("platforms");
                foreach (LoggedPlatform platform in statistics.Platforms)
                {
                    json.WriteStartObject();
                    json.WriteString("platform", platform.Digest.ToString());
                    json.WriteString("types", string.Join('|', platform.Types));
                    json.WriteString("grades", string.Join('|', platform.Grades));
                    json.WriteNumber("keys", platform.Keys.Count);
                    json.WriteNumber("evidence", platform.Evidence);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartArray("policies");
                foreach (LogEntry.ForAttestationPolicy policy in statistics.Policies)
                {
                    json.WriteStartObject();
                    json.WriteString("name", policy.Name);
                    json.WriteString("version", policy.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    json.WriteString("policy", policy.Policy.ToString());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return statistics.RootMatches ? ExitCodes.Met : ExitCodes.Untrusted;
        });
        return new Command("log", "Look at a node's transparency log.") { checkpoint, stats, fsck, WatchCommand.Create() };
    }
}
