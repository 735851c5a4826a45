using System.CommandLine;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Replayer;
using Assay.Replayer.Storage;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay replayer</c>: a peer that runs others' models again and endorses or refutes what they answered.</summary>
internal static class ReplayerCommands
{
    internal static Command Create()
    {
        Option<DirectoryInfo?> folder = new("--folder") { Description = "The peer's folder; default .assay-replayer in the current folder." };
        return new Command("replayer", "Run others' models again, with a key of your own: endorse what is right, refute what isn't.") { Serve(folder), Key(folder) };
    }

    private static Command Serve(Option<DirectoryInfo?> folder)
    {
        Option<DirectoryInfo[]> models = new("--models") { Description = "Where the programs are: a model store, a node's folder, or a folder from 'assay model fetch'; may be repeated.", Required = true };
        Option<FileInfo?> trust = new("--trust") { Description = "Trust file: its 'node' lines are the nodes that are served; default: ASSAY_TRUST." };
        Option<string> url = new("--url") { Description = "Address to bind.", DefaultValueFactory = static _ => "http://127.0.0.1:8070" };
        Option<bool> reference = new("--reference") { Description = "Run the reference interpreter instead of the engine: the same results, slower, and the specification itself." };
        Option<int> concurrency = new("--concurrency") { Description = "Most programs that run at once (1 to 256).", DefaultValueFactory = static _ => Math.Min(Environment.ProcessorCount, 256) };
        Option<int> queue = new("--queue") { Description = "Most requests that wait (0 to 1,024); the next one is told that the peer is busy.", DefaultValueFactory = static _ => 16 };
        return new Command("serve", "Run a peer.") { folder, models, trust, url, reference, concurrency, queue }.Do(async (parsed, output, cancellation) =>
        {
            using KeyPassphrase? passphrase = KeyPassphrase.TakeFromEnvironment(KeyPassphrase.PeerVariable);
            TrustFile served = await TrustFiles.ReadAsync(parsed.GetValue(trust), cancellation).ConfigureAwait(false)
                ?? throw CliException.Usage("A peer needs a trust file: its 'node' lines say whom it serves.", "'assay trust add node <key set> --trust FILE' makes one; the node shows its key set as 'keys' when it starts.");
            if (served.Nodes.Count == 0)
            {
                throw CliException.Usage("The trust file has no 'node' line: this peer would serve nobody.", "'assay trust add node <key set> --trust FILE'; the node shows its key set as 'keys' when it starts.");
            }

            ReplayerOptions options = new()
            {
                Folder = FolderOf(parsed, folder),
                Passphrase = passphrase,
                Trust = served,
                Models = ReplayerModels.Load(parsed.GetRequiredValue(models).Select(static f => f.FullName)),
                Url = Addresses.Check(parsed.GetValue(url)!),
                Reference = parsed.GetValue(reference),
                Concurrency = parsed.GetValue(concurrency),
                Queue = parsed.GetValue(queue),
            };
            IReadOnlyList<string> problems = options.Validate();
            if (problems.Count > 0)
            {
                throw CliException.Usage(string.Join("; ", problems));
            }

            await using ReplayerHost host = await ReplayerHost.StartAsync(options, TimeProvider.System, cancellation).ConfigureAwait(false);
            output.Line($"replayer on {host.Address}, {(options.Reference ? "reference interpreter" : "engine")}");
            ShowKey(output, host.Key);
            foreach (ModelId model in host.Models)
            {
                output.Line($"model    {model}");
            }

            foreach (Digest32 node in host.Nodes)
            {
                output.Line($"node     {node}{EndOf(served, node)}");
            }

            output.Line($"refuted  {host.Refutations}, listed at {host.Address}v1/refutations");
            output.Line("ready    stop with Ctrl+C");
            output.Json(json =>
            {
                json.WriteString("address", host.Address.ToString());
                WriteKey(json, host.Key);
                json.WriteStartArray("models");
                foreach (ModelId model in host.Models)
                {
                    json.WriteStringValue(model.ToString());
                }

                json.WriteEndArray();
                json.WriteStartArray("nodes");
                foreach (Digest32 node in host.Nodes)
                {
                    json.WriteStringValue(node.ToString());
                }

                json.WriteEndArray();
                json.WriteNumber("refutations", host.Refutations);
            });
            await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
            output.Line("stopping");
            return ExitCodes.Met;
        });
    }

    private static Command Key(Option<DirectoryInfo?> folder) =>
        new Command("key", "Print a stopped peer's key, the name that policies have for it, and the line that others need in their trust files; make the key if there is none.") { folder }.Do((parsed, output, _) =>
        {
            using KeyPassphrase? passphrase = KeyPassphrase.TakeFromEnvironment(KeyPassphrase.PeerVariable);
            using ReplayerStore store = ReplayerStore.Open(FolderOf(parsed, folder), passphrase);
            ShowKey(output, store.Key);
            output.Json(json => WriteKey(json, store.Key));
            return Task.FromResult(ExitCodes.Met);
        });

    private static void ShowKey(Output output, P256PublicKey key)
    {
        output.Line($"key      {Hex(key)}");
        output.Line($"peer     {key.Thumbprint()}  (in a policy's 'peers')");
        output.Line($"trust    replayer NAME {Hex(key)}");
    }

    private static void WriteKey(System.Text.Json.Utf8JsonWriter json, P256PublicKey key)
    {
        json.WriteString("key", Hex(key));
        json.WriteString("peer", key.Thumbprint().ToString());
        json.WriteString("trustLine", $"replayer NAME {Hex(key)}");
    }

    // Whoever lists a node and its end should see here that it gets nothing.
    private static string EndOf(TrustFile trust, Digest32 node) => trust.Ends.Any(end => end.KeySet == node) ? "  (ended: nothing of it is endorsed)" : "";

    private static string Hex(P256PublicKey key) => Convert.ToHexStringLower(key.ToArray());

    private static string FolderOf(ParseResult parsed, Option<DirectoryInfo?> folder) =>
        parsed.GetValue(folder)?.FullName ?? Path.GetFullPath(".assay-replayer");
}
