using System.CommandLine;
using Assay.Cli.Console;
using Assay.Primitives.Notes;
using Assay.Witness;

namespace Assay.Cli.Commands;

/// <summary><c>assay witness</c>: a witness of logs. It vouches for consistency only: that a log grows and has one history.</summary>
internal static class WitnessCommands
{
    internal static Command Create()
    {
        Option<DirectoryInfo?> folder = new("--folder") { Description = "The witness's folder; default .assay-witness in the current folder." };
        Option<string?> name = new("--name") { Description = "The witness's name in cosignatures, fixed when the folder is made." };
        return new Command("witness", "Cosign the checkpoints of logs that only grow; refuse and publish forks.")
        {
            Serve(folder, name), TrustLog(folder, name), Key(folder, name),
        };
    }

    private static Command Serve(Option<DirectoryInfo?> folder, Option<string?> name)
    {
        Option<string> url = new("--url") { Description = "Address to bind.", DefaultValueFactory = static _ => "http://127.0.0.1:8090" };
        return new Command("serve", "Run a witness.") { folder, name, url }.Do(async (parsed, output, cancellation) =>
        {
            WitnessOptions options = new() { Folder = FolderOf(parsed, folder), Name = parsed.GetValue(name), Url = Addresses.Check(parsed.GetValue(url)!) };
            await using WitnessHost host = await WitnessHost.StartAsync(options, TimeProvider.System, cancellation).ConfigureAwait(false);
            output.Line($"witness  {host.Key} on {host.Address}");
            foreach (string origin in host.Origins)
            {
                output.Line($"log      {origin}");
            }

            if (host.Origins.Count == 0)
            {
                output.Line("log      none yet: 'assay witness trust-log <vkey>' names one; then start the witness again");
            }

            output.Line("ready    stop with Ctrl+C");
            output.Json(json =>
            {
                json.WriteString("address", host.Address.ToString());
                json.WriteString("key", host.Key.ToString());
                json.WriteNumber("logs", host.Origins.Count);
            });
            await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
            output.Line("stopping");
            return ExitCodes.Met;
        });
    }

    private static Command TrustLog(Option<DirectoryInfo?> folder, Option<string?> name)
    {
        Argument<string> log = new("vkey") { Description = "The log's verifier key, name+hash+key." };
        return new Command("trust-log", "Make a stopped witness watch a log; checkpoints by any other key are refused.") { log, folder, name }.Do((parsed, output, _) =>
        {
            NoteVerifierKey key = NoteVerifierKey.TryParse(parsed.GetRequiredValue(log), out string? error)
                ?? throw CliException.Usage($"that isn't a log's verifier key ({error}).", "The node shows it as 'logKey' at /.well-known/assay, and its trust file has it in the line 'log'.");
            using WitnessStore store = WitnessStore.Open(FolderOf(parsed, folder), parsed.GetValue(name));
            bool isNew = store.Trust(key);
            output.Line(isNew ? $"watching {key.Name} (key {key.KeyId:x8})" : $"already watching {key.Name} under this key");
            output.Json(json =>
            {
                json.WriteString("origin", key.Name);
                json.WriteBoolean("added", isNew);
            });
            return Task.FromResult(ExitCodes.Met);
        });
    }

    private static Command Key(Option<DirectoryInfo?> folder, Option<string?> name) =>
        new Command("key", "Print a stopped witness's verifier key; with --name, make the witness if there is none.") { folder, name }.Do((parsed, output, _) =>
        {
            using WitnessStore store = WitnessStore.Open(FolderOf(parsed, folder), parsed.GetValue(name));
            output.Line(store.Key.ToString());
            output.Json(json => json.WriteString("key", store.Key.ToString()));
            return Task.FromResult(ExitCodes.Met);
        });

    private static string FolderOf(ParseResult parsed, Option<DirectoryInfo?> folder) =>
        parsed.GetValue(folder)?.FullName ?? Path.GetFullPath(".assay-witness");
}
