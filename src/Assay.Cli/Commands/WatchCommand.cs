using System.CommandLine;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;
using Assay.Verification.Counters;

namespace Assay.Cli.Commands;

/// <summary><c>assay log watch</c>: which numbers of an API key are missing, given twice, or out of order, from the receipts that the caller holds.</summary>
internal static class WatchCommand
{
    private const int MaximumReceipts = 1_000_000;

    internal static Command Create()
    {
        Option<string> key = new("--key") { Description = "The API key's name, as receipts have it (parties.api_key).", Required = true };
        Argument<FileSystemInfo[]> places = new("receipts") { Description = "Receipt files, and folders with *.receipt files in them." };
        Option<string[]> ids = new("--id") { Description = "A receipt to fetch from --node, as ID.SECRET (headers Assay-Receipt and Assay-Receipt-Secret of the answer); may be said several times." };
        Option<string?> node = new("--node") { Description = "Ask this node how far the key has come (the key's secret in ASSAY_KEY), and fetch --id there." };
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: receipts of other nodes don't count." };
        Option<ulong> from = new("--from") { Description = "The first counter that you should have.", DefaultValueFactory = static _ => 1 };
        Option<DirectoryInfo?> evidence = new("--evidence") { Description = "Where to write a file for each counter that was given twice; default: the current folder." };
        return new Command("watch", "Hold an API key's receipts against each other: gaps, numbers given twice, wrong order, several key sets.")
        {
            key, places, ids, node, trust, from, evidence,
        }.Do(async (parsed, output, cancellation) =>
        {
            string name = parsed.GetRequiredValue(key);
            ulong first = parsed.GetValue(from);
            AssayClient? client = parsed.GetValue(node) is { } address ? Nodes.Client(Nodes.Parse(address)) : null;
            TrustFile? trusted = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false);
            if (first == 0 || (parsed.GetValue(ids) is { Length: > 0 } && client is null))
            {
                throw CliException.Usage(first == 0 ? "Counters begin at 1." : "--id needs --node: where to fetch the receipts.");
            }

            List<CounterSighting> sightings = [];
            List<(string Source, string Code)> skipped = [];
            SignatureCache signatures = new();
            void Take(string source, byte[] bundle)
            {
                VerificationInput input = new() { Bundle = bundle, Now = TimeProvider.System.GetUtcNow(), Trust = trusted, FirstUse = true, Signatures = signatures };
                if (CounterSightings.Read(source, input, name, out string? error) is { } sighting)
                {
                    // A folder may hold gigabytes of answers; of each receipt only what evidence needs stays in memory.
                    sightings.Add(sighting with { Bundle = sighting.Bundle.Redact([ClaimRegistry.PartiesApiKey.Name], out _, out _)! });
                }
                else
                {
                    skipped.Add((source, error!));
                }
            }

            foreach (string file in Files(parsed.GetValue(places) ?? []))
            {
                Take(file, await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false));
            }

            foreach (string text in parsed.GetValue(ids) ?? [])
            {
                string[] parts = text.Split('.');
                Take(text, parts.Length == 2 && ReceiptId.TryParse(parts[0], out ReceiptId id)
                    ? await client!.GetBundleAsync(id, parts[1], cancellation).ConfigureAwait(false)
                    : throw CliException.Usage($"'{text}' isn't a receipt's id and secret.", "Two times 32 hexadecimal digits with a point between, from the answer's headers Assay-Receipt and Assay-Receipt-Secret."));
            }

            Dictionary<string, ulong> last = new(StringComparer.Ordinal);
            if (client is not null)
            {
                (string origin, ulong counter) = await LastAsync(client, name, cancellation).ConfigureAwait(false);
                last[origin] = counter;
            }

            if (sightings.Count == 0 && last.Count == 0)
            {
                throw new CliException(ExitCodes.CannotEvaluate, "counter/none", $"No receipt of the key '{name}' is there ({skipped.Count} files of others, or unreadable).", "Name folders with *.receipt files, or --node and --id.");
            }

            CounterReport report = CounterWatch.Examine(sightings, first, last);
            List<string> written = await WriteEvidenceAsync(report, name, parsed.GetValue(evidence)?.FullName ?? Directory.GetCurrentDirectory(), cancellation).ConfigureAwait(false);
            Show(output, name, report, skipped, written, last);
            bool hasBroken = skipped.Any(static s => s.Code is not (CounterErrors.OtherKey or CounterErrors.KeyHidden));
            return report.HasEvidence ? ExitCodes.Untrusted : report.HasGaps ? ExitCodes.PolicyNotMet : hasBroken ? ExitCodes.CannotEvaluate : ExitCodes.Met;
        });
    }

    private static IEnumerable<string> Files(IEnumerable<FileSystemInfo> places)
    {
        EnumerationOptions options = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.ReparsePoint };
        IEnumerable<string> files = places.SelectMany<FileSystemInfo, string>(place => Directory.Exists(place.FullName)
            ? Directory.EnumerateFiles(place.FullName, "*.receipt", options).Order(StringComparer.Ordinal)
            : [place.FullName]);
        return files.Take(MaximumReceipts).Distinct(StringComparer.Ordinal);
    }

    private static async Task<(string Origin, ulong Counter)> LastAsync(AssayClient client, string name, CancellationToken cancellation)
    {
        using JsonDocument reply = JsonDocument.Parse(await client.GetAsync("v1/keys/self/counter", cancellation).ConfigureAwait(false));
        string? key = reply.RootElement.TryGetProperty("key", out JsonElement k) && k.ValueKind == JsonValueKind.String ? k.GetString() : null;
        if (key != name)
        {
            throw CliException.Usage($"The secret in ASSAY_KEY is the key '{key}', not '{name}'.", "Say --key with that name, or set ASSAY_KEY.");
        }

        return reply.RootElement.TryGetProperty("origin", out JsonElement origin) && origin.ValueKind == JsonValueKind.String
            && reply.RootElement.TryGetProperty("counter", out JsonElement counter) && counter.ValueKind == JsonValueKind.Number && counter.TryGetUInt64(out ulong value)
            ? (origin.GetString()!, value)
            : throw new InvalidDataException("the node's answer about the counter can't be read");
    }

    private static async Task<List<string>> WriteEvidenceAsync(CounterReport report, string key, string folder, CancellationToken cancellation)
    {
        List<string> written = [];
        foreach (CounterFinding finding in report.Findings.Where(static f => f.Code == CounterErrors.Duplicate && f.Weight == CounterWeight.Evidence))
        {
            string path = Path.Combine(folder, $"{finding.Sightings[0].Digest.ToString()[..16]}-{finding.First}.conflict");
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(path, CounterConflict.Of(finding.Sightings[0], finding.Sightings[1]).Encode(), cancellation).ConfigureAwait(false);
            written.Add(path);
        }

        return written;
    }

    private static void Show(Output output, string name, CounterReport report, List<(string Source, string Code)> skipped, List<string> written, Dictionary<string, ulong> last)
    {
        foreach (CounterSeries series in report.Series)
        {
            string told = last.TryGetValue(series.Origin, out ulong counter) ? $"; the node says the last is {counter}" : "";
            output.Line($"key      '{name}' at {series.Origin}: {series.Receipts:N0} receipts, counters {series.First} to {series.Last}, {series.Missing:N0} missing{told}");
        }

        foreach (CounterFinding finding in report.Findings)
        {
            output.Line($"{WeightOf(finding.Weight),-9}{finding.Code}: {finding.Sentence}");
        }

        foreach (string path in written)
        {
            output.Line($"wrote    {path} ('assay explain' shows it)");
        }

        foreach ((string source, string code) in skipped.Where(static s => s.Code != CounterErrors.OtherKey))
        {
            output.Line($"skipped  {source}: {code}");
        }

        output.Line(report.Findings.Any(static f => f.Weight != CounterWeight.Note)
            ? "A gap can be another user of the key; a number given twice can't."
            : "No gap, no number given twice, in the log's order. Requests that were answered without a receipt wouldn't show here.");
        output.Json(json =>
        {
            json.WriteString("key", name);
            json.WriteString("outcome", report.HasEvidence ? "evidence" : report.HasGaps ? "gaps" : "complete");
            json.WriteStartArray("series");
            foreach (CounterSeries series in report.Series)
            {
                json.WriteStartObject();
                json.WriteString("origin", series.Origin);
                json.WriteNumber("receipts", series.Receipts);
                json.WriteNumber("first", series.First);
                json.WriteNumber("last", series.Last);
                json.WriteNumber("missing", series.Missing);
                json.WriteStartArray("keySets");
                foreach ((Digest32 keySet, ulong _, ulong _) in series.KeySets)
                {
                    json.WriteStringValue(keySet.ToString());
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("findings");
            foreach (CounterFinding finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("code", finding.Code);
                json.WriteString("weight", WeightOf(finding.Weight));
                json.WriteString("origin", finding.Origin);
                json.WriteNumber("first", finding.First);
                json.WriteNumber("last", finding.Last);
                json.WriteString("sentence", finding.Sentence);
                json.WriteStartArray("digests");
                foreach (CounterSighting sighting in finding.Sightings)
                {
                    json.WriteStringValue(sighting.Digest.ToString());
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("skipped");
            foreach ((string source, string code) in skipped)
            {
                json.WriteStartObject();
                json.WriteString("source", source);
                json.WriteString("code", code);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("evidence");
            foreach (string path in written)
            {
                json.WriteStringValue(path);
            }

            json.WriteEndArray();
        });
    }

    private static string WeightOf(CounterWeight weight) => weight switch
    {
        CounterWeight.Evidence => "evidence",
        CounterWeight.Gap => "gap",
        _ => "note",
    };
}
