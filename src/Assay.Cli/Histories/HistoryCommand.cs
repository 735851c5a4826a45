using System.CommandLine;
using System.Globalization;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Verification;

namespace Assay.Cli.Histories;

/// <summary><c>assay history</c>: what changed in an application, by receipts that its node signed; from the node, or from a file without it.</summary>
internal static class HistoryCommand
{
    internal static Command Create()
    {
        Argument<string> what = new("application") { Description = "The application's name; or a file that --out wrote, which needs no node." };
        Option<Uri> node = Nodes.Option();
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: which node and log count." };
        Option<bool> firstUse = new("--first-use") { Description = "No trust file: take the keys as they come, and print them." };
        Option<FileInfo[]> receipts = new("--receipt") { Description = "A receipt of the application that you have: the history must have its number, and the same under it. Several for several.", AllowMultipleArgumentsPerToken = true };
        Option<FileInfo?> saved = new("--out") { Description = "Where the history goes as it came, to be read again without the node." };
        Option<int> after = new("--after") { Description = "Ask for the configurations above this number alone." };
        after.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 0))
            {
                result.AddError("--after is a configuration's number.");
            }
        });
        return new Command("history", "Show when model, system prompt, tools or parameters of an application changed, and what of that is signed. The API key comes from ASSAY_KEY.")
        {
            what, node, trust, firstUse, receipts, saved, after,
        }.Do(async (parsed, output, cancellation) =>
        {
            string name = parsed.GetRequiredValue(what);
            bool isFile = parsed.GetResult(node) is not { Implicit: false } && File.Exists(name);
            DateTimeOffset? fetched = isFile ? null : TimeProvider.System.GetUtcNow();
            byte[] history = isFile ? await ReadAsync(new FileInfo(name), cancellation).ConfigureAwait(false) : await FetchAsync(Nodes.Client(parsed.GetRequiredValue(node)), name, parsed.GetValue(after), output, cancellation).ConfigureAwait(false);
            if (parsed.GetValue(saved) is { } file)
            {
                await File.WriteAllBytesAsync(file.FullName, history, cancellation).ConfigureAwait(false);
            }

            FileInfo[] files = parsed.GetValue(receipts) ?? [];
            List<ReadOnlyMemory<byte>> mine = [];
            foreach (FileInfo receipt in files)
            {
                mine.Add(await ReadAsync(receipt, cancellation).ConfigureAwait(false));
            }

            HistoryReport report = HistoryChecker.Check(new HistoryInput
            {
                History = history,
                Now = TimeProvider.System.GetUtcNow(),
                Trust = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false),
                FirstUse = parsed.GetValue(firstUse),
                After = parsed.GetValue(after),
                FetchedAt = fetched,
                Receipts = mine,
            });
            HistoryPrinter.Show(output, report, [.. files.Select(static receipt => receipt.Name)]);
            output.JsonValue(json => HistoryJson.Write(json, report));
            return report.ExitCode;
        });
    }

    private static async Task<byte[]> FetchAsync(AssayClient client, string name, int begin, Output output, CancellationToken cancellation)
    {
        byte[] first = await client.GetAsync(HistoryParts.PathOf(name, begin), cancellation).ConfigureAwait(false);
        HistoryParts parts = new(first, begin);
        while (parts.Next is { } after)
        {
            if (!parts.TryAdd(await client.GetAsync(HistoryParts.PathOf(name, after), cancellation).ConfigureAwait(false)))
            {
                output.Note(string.Create(CultureInfo.InvariantCulture, $"What should come after number {after} isn't that, or makes the history longer than 64 MiB: it is shown as far as number {after}. '--after {after}' asks for the rest."));
                break;
            }
        }

        return parts.Joined;
    }

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellation) => await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
}
