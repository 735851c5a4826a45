using System.CommandLine;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Files;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Node.Signing;
using Assay.Node.Witnessing;

namespace Assay.Cli.Commands;

/// <summary><c>assay serve</c>: runs a node until it is told to stop.</summary>
internal static class ServeCommand
{
    internal static Command Create()
    {
        Option<string> url = new("--url") { Description = "Address to bind.", DefaultValueFactory = static _ => "http://127.0.0.1:8080" };
        Option<string> origin = new("--origin") { Description = "The node's (and its log's) name, fixed when the folder is made.", DefaultValueFactory = static _ => "localhost/assay" };
        Option<FileInfo?> keys = new("--keys") { Description = "API keys ('assay key add' makes the file); without it every caller is anonymous." };
        Option<FileInfo?> prices = new("--prices") { Description = "Price file (docs/payment.md); without it all models are free. Read at the start only." };
        Option<FileInfo?> chat = new("--chat") { Description = "Chat file (docs/chat.md): models that answer /v1/chat/completions, /v1/completions and /v1/embeddings. Read at the start only." };
        Option<string?> level = new("--default-level") { Description = "Level of requests for which nobody names one; loopback only." };
        Option<int> body = new("--max-body") { Description = "Longest request body, bytes (1,024 to 16,777,216).", DefaultValueFactory = static _ => 16 << 20 };
        Option<int> batch = new("--max-batch") { Description = "Most items in a request (1 to 65,536).", DefaultValueFactory = static _ => 1024 };
        Option<int> configurations = new("--max-configurations") { Description = "Most configurations of one application that are told apart (1 to 100,000).", DefaultValueFactory = static _ => 1000 };
        Option<int> applications = new("--max-applications") { Description = "Most applications of one API key (1 to 10,000).", DefaultValueFactory = static _ => 100 };
        Option<int> connections = new("--max-connections") { Description = "Most open connections (1 to 65,536).", DefaultValueFactory = static _ => 1024 };
        Option<string?> signer = new("--signer") { Description = "A signer that holds the private keys ('assay signer serve'), as unix:/path/to/socket." };
        Option<int> interval = new("--checkpoint-interval") { Description = "Longest time to the next checkpoint, ms (10 to 60,000).", DefaultValueFactory = static _ => 200 };
        Option<string[]> witnesses = new("--witness") { Description = "A witness of the log, <address>=<verifier key>; may be repeated." };
        Option<int> witnessInterval = new("--witness-interval") { Description = "Shortest time between two checkpoints for witnesses, ms (10 to 3,600,000).", DefaultValueFactory = static _ => 500 };
        Option<int> witnessTimeout = new("--witness-timeout") { Description = "Longest time for a witness to answer, ms (100 to 60,000).", DefaultValueFactory = static _ => 5000 };
        Option<string[]> replayers = new("--replayer") { Description = "A peer that runs answers again, <address>=<its key, 128 digits>; may be repeated." };
        Option<int> replayerTimeout = new("--replayer-timeout") { Description = "Longest time for a peer, ms (100 to 30,000).", DefaultValueFactory = static _ => 10_000 };
        Option<FileInfo?> library = FloatModels.LibraryOption();
        Option<int> floatTimeout = new("--float-timeout") { Description = "Longest run of a float model, ms (100 to 600,000).", DefaultValueFactory = static _ => 10_000 };
        Option<int> floatMemory = new("--float-memory") { Description = "Most memory for tensors of all float models, MiB (16 to 1,048,576).", DefaultValueFactory = static _ => 4096 };
        Option<int> proofBatch = new("--proof-batch") { Description = "Most items in one proof (1 to 1,024).", DefaultValueFactory = static _ => 64 };
        Option<int> proofWait = new("--proof-wait") { Description = "How long an answer waits for others to be proved with it, ms (0 to 10,000).", DefaultValueFactory = static _ => 20 };
        Option<int> proofQueue = new("--proof-queue") { Description = "Most answers that wait for their proofs (1 to 65,536).", DefaultValueFactory = static _ => 256 };
        Option<int> proofMemory = new("--proof-memory") { Description = "Most memory of a proof, MiB (16 to 1,048,576).", DefaultValueFactory = static _ => 2048 };
        Option<string?> attest = new("--attest") { Description = "Attested hardware that vouches for runs: auto (what is here, never the simulator), nitro, tsm (SEV-SNP, TDX), or simulator (NO protection); default: none." };
        Option<FileInfo?> attestationPolicy = new("--attestation-policy") { Description = "The attestation policy that the node holds its own evidence to, JSON or signed; needed with hardware." };
        Option<DirectoryInfo?> collateral = new("--collateral") { Description = "Folder of the vendors' statements about platforms; read again with each evidence." };
        Option<int> attestInterval = new("--attest-interval") { Description = "From one evidence to the next, s (10 to 43,200; at most half of the policy's maxAge).", DefaultValueFactory = static _ => 1800 };
        return new Command("serve", "Run a node.") { NodeFolder.Option, url, origin, keys, prices, chat, level, body, batch, connections, configurations, applications, signer, NodeKeyOptions.PassphraseFile, interval, witnesses, witnessInterval, witnessTimeout, replayers, replayerTimeout, library, floatTimeout, floatMemory, proofBatch, proofWait, proofQueue, proofMemory, attest, attestationPolicy, collateral, attestInterval }.Do(async (parsed, output, cancellation) =>
        {
            NodeOptions options = new()
            {
                Folder = NodeFolder.Of(parsed),
                Url = parsed.GetValue(url)!,
                Origin = parsed.GetValue(origin)!,
                KeyFile = parsed.GetValue(keys)?.FullName,
                PriceFile = parsed.GetValue(prices)?.FullName,
                DefaultLevel = VerifyCommand.ParseLevel(parsed.GetValue(level)),
                MaximumBodyBytes = parsed.GetValue(body),
                MaximumBatch = parsed.GetValue(batch),
                MaximumConnections = parsed.GetValue(connections),
                MaximumConfigurations = parsed.GetValue(configurations),
                MaximumApplications = parsed.GetValue(applications),
                CheckpointInterval = TimeSpan.FromMilliseconds(parsed.GetValue(interval)),
                Witnesses = [.. (parsed.GetValue(witnesses) ?? []).Select(static text => WitnessEndpoint.TryParse(text, out string? error) ?? throw CliException.Usage($"--witness: {error}"))],
                WitnessInterval = TimeSpan.FromMilliseconds(parsed.GetValue(witnessInterval)),
                WitnessTimeout = TimeSpan.FromMilliseconds(parsed.GetValue(witnessTimeout)),
                ReplayPeers = [.. (parsed.GetValue(replayers) ?? []).Select(static text => PeerAddress.TryParse(text, out string? error) ?? throw CliException.Usage($"--replayer: {error}"))],
                ReplayTimeout = TimeSpan.FromMilliseconds(parsed.GetValue(replayerTimeout)),
                OnnxRuntimeLibraryFile = parsed.GetValue(library)?.FullName,
                FloatTimeout = TimeSpan.FromMilliseconds(parsed.GetValue(floatTimeout)),
                FloatMemoryMebibytes = parsed.GetValue(floatMemory),
                ProofBatch = parsed.GetValue(proofBatch),
                ProofWait = TimeSpan.FromMilliseconds(parsed.GetValue(proofWait)),
                ProofQueue = parsed.GetValue(proofQueue),
                ProofMemoryMebibytes = parsed.GetValue(proofMemory),
                Attest = AttestationOptions.Parse(parsed.GetValue(attest)),
                AttestationPolicyFile = parsed.GetValue(attestationPolicy)?.FullName,
                CollateralFolder = parsed.GetValue(collateral)?.FullName,
                AttestationInterval = TimeSpan.FromSeconds(parsed.GetValue(attestInterval)),
            };
            IReadOnlyList<string> problems = options.Validate();
            if (problems.Count > 0)
            {
                throw CliException.Usage(string.Join("; ", problems));
            }

            // Models before keys: a node that can't serve one of them doesn't start.
            ModelCatalog models = CatalogLoader.Load(NodeFolder.Store(options.Folder), options.LoadFloatRuntime, options);
            ChatCatalog? chats = parsed.GetValue(chat) is { } file ? ChatCatalogLoader.Load(ChatFile.Load(file.FullName)) : null;
            NodeIdentity identity = OpenIdentity(options, parsed, parsed.GetValue(signer));
            await using NodeHost node = await NodeHost.StartAsync(options, identity, models, TimeProvider.System, cancellation, chats).ConfigureAwait(false);
            output.Line($"node     {identity.KeySet.Origin} on {node.Address}");
            output.Line($"keys     {identity.KeySet.Digest}");
            foreach (ServedModel model in models.Models)
            {
                output.Line($"model    {model.Terms.Name}  {model.Id}  {(model.Terms.IsExact ? "exact" : "float")}  levels: {string.Join(", ", model.Terms.Available)}");
            }

            foreach (ChatModel model in node.Chat.Models)
            {
                output.Line($"chat     {model.Terms.Name}  {model.Backend.Info.Model?.ToString() ?? model.Backend.Info.Backend}  levels: {string.Join(", ", model.Terms.Available)}");
                if (model.Backend.Info.Model is not null)
                {
                    // With the number of threads, which decides how fast it is.
                    output.Line($"         by {model.Backend.Info.Backend}");
                }
            }

            foreach (WitnessEndpoint witness in options.Witnesses)
            {
                output.Line($"witness  {witness.Key.Name} at {witness.Url}");
            }

            foreach (PeerAddress peer in options.ReplayPeers)
            {
                output.Line($"replayer {peer.Peer} at {peer.Url}");
            }

            AttestationOptions.Print(output, node.Attestation);
            if (node.Payments is { } payments)
            {
                PricesCommands.Print(output, payments.Desk.Prices, models.Models.Select(static model => model.Terms).Concat(node.Chat.Models.Select(static model => model.Terms)), options.MaximumBatch);
            }

            if (models.Models.Count + node.Chat.Models.Count == 0)
            {
                output.Line("model    none yet: 'assay model add models/digits' registers the shipped one; then start the node again");
            }

            output.Line("ready    stop with Ctrl+C");
            output.Json(json =>
            {
                json.WriteString("address", node.Address.ToString());
                json.WriteString("origin", identity.KeySet.Origin);
                json.WriteString("keySetDigest", identity.KeySet.Digest.ToString());
                json.WriteNumber("models", models.Models.Count + node.Chat.Models.Count);
            });
            await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
            output.Line("stopping");
            return ExitCodes.Met;
        });
    }

    // A signer, the environment, or files; never two of them.
    private static NodeIdentity OpenIdentity(NodeOptions options, ParseResult parsed, string? signer)
    {
        using KeyPassphrase? passphrase = NodeKeyOptions.Passphrase(parsed);
        using EnvironmentKeySource? environment = EnvironmentKeySource.Take(passphrase);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        if (signer is null)
        {
            return environment is null
                ? NodeIdentity.OpenOrCreate(options.Folder, options.Origin, now, passphrase)
                : NodeIdentity.OpenOrCreate(options.Folder, options.Origin, now, environment);
        }

        if (environment is not null || passphrase is not null)
        {
            throw CliException.Usage("With --signer this process holds no key and needs no passphrase.", $"Unset {EnvironmentKeySource.ReceiptVariable}, {EnvironmentKeySource.SeedVariable} and {KeyPassphrase.Variable}, and give the signer the passphrase.");
        }

        return NodeIdentity.OpenOrCreate(options.Folder, options.Origin, now,
            RemoteKeySource.TryParse(signer) ?? throw CliException.Usage($"--signer '{signer}' isn't a signer's address.", "For example unix:/run/assay/signer.sock"));
    }
}
