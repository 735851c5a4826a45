using System.Text;
using Assay.Chain;
using Assay.Client;
using Assay.Evm;
using Assay.Node;
using Assay.Node.Attesting;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Verification;

namespace Assay.Cli.Demo;

/// <summary>A node in this process that sells the digits at every level, and settles on a local chain with an account of its own.</summary>
internal sealed class PayDemoNode : IAsyncDisposable
{
    internal const string Origin = "localhost/demo";
    private const string SettlerVariable = "ASSAY_DEMO_SETTLER";

    private readonly DemoProver _prover;

    private PayDemoNode(NodeHost host, DemoModel digits, DemoProver prover)
    {
        (Host, Digits, _prover) = (host, digits, prover);
        TrustText = host.Identity.TrustText + prover.TrustLine;
        Trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(TrustText), out string? error, out _) ?? throw new InvalidOperationException(error);
        Hardware = new AttestationTrust { Policies = [host.Attestation!.Settings.Policy.Policy] };
        Replayer = new ProgramReplayer([digits.Exact]);
    }

    internal NodeHost Host { get; }

    internal DemoModel Digits { get; }

    internal string TrustText { get; }

    internal TrustFile Trust { get; }

    /// <summary>A policy that names this simulator.</summary>
    internal AttestationTrust Hardware { get; }

    internal IReplayer Replayer { get; }

    /// <summary>Starts it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="settler">Index of the development key that settles.</param>
    /// <param name="payTo">Who is paid.</param>
    /// <param name="levels">The member <c>levels</c> of the price file.</param>
    /// <param name="folder">Where it keeps its files.</param>
    /// <param name="models">Folder of the shipped models.</param>
    /// <param name="note">Told of progress.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="chat">Chat models that it sells too; null: none. Disposed with the node.</param>
    /// <param name="chatLevels">The member <c>levels</c> of each of them.</param>
    internal static async Task<PayDemoNode> StartAsync(LocalChain chain, int settler, EvmAddress payTo, string levels, string folder, string models, Action<string> note, CancellationToken cancellation, ChatCatalog? chat = null, string chatLevels = "{}")
    {
        string chats = string.Concat((chat?.Models ?? []).Select(model => $$$""","{{{model.Terms.Name}}}":{"pay":["x402"],"recommended":"signed","levels":{{{chatLevels}}} }"""));
        DemoModel digits = DemoModel.Load(Path.Combine(models, "digits"), note, cancellation);
        DemoProver prover = new(digits.Exact);
        AllowedToken token = AllowedToken.UsdcOnBaseSepolia;
        string node = Path.Combine(folder, "node"), prices = Path.Combine(folder, "prices.json");
        await File.WriteAllTextAsync(prices, $$$"""
            {"profile":"assay/prices/v1","network":"{{{token.Network}}}","rpc":"{{{chain.Url}}}","payTo":"{{{payTo}}}",
             "token":{"address":"{{{token.Address}}}","name":"{{{token.Name}}}","version":"{{{token.Version}}}","decimals":6,"currency":"USD"},
             "facilitator":{"keyVariable":"{{{SettlerVariable}}}"},
             "models":{"digits":{"pay":["x402"],"recommended":"signed","levels":{{{levels}}} }{{{chats}}} } }
            """, cancellation).ConfigureAwait(false);
        try
        {
            // One of anvil's own keys, which everybody knows: its account has coins for gas there, and nowhere else. The node takes it out again.
            Environment.SetEnvironmentVariable(SettlerVariable, LocalChain.DevelopmentKeys[settler]);
            NodeOptions options = new() { Folder = node, Url = "http://127.0.0.1:0", Origin = Origin, Attest = AttestMode.Simulator, PriceFile = prices };
            NodeIdentity identity = NodeIdentity.OpenOrCreate(node, Origin, TimeProvider.System.GetUtcNow());
            return new PayDemoNode(await NodeHost.StartAsync(options, identity, new ModelCatalog([digits.Serve(digits.Exact, prover.Serve())]), TimeProvider.System, cancellation, chat).ConfigureAwait(false), digits, prover);
        }
        catch
        {
            prover.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync().ConfigureAwait(false);
        _prover.Dispose();
    }
}
