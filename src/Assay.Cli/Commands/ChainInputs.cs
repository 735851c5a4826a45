using System.CommandLine;
using System.Numerics;
using Assay.Chain;
using Assay.Cli.Console;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>Where a person has payments looked up: servers of chains that it believes, and files of what they said.</summary>
internal sealed class ChainInputs
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly Option<string[]> _chains = new("--chain")
    {
        Description = "Ask this chain whether the payment was settled: NETWORK=ADDRESS of a JSON-RPC server that you believe, e.g. base-sepolia=http://127.0.0.1:8545 or eip155:84532=.... Several times for several.",
    };

    private readonly Option<FileInfo?> _facts = new("--chain-facts") { Description = "What a chain said before, as a file ('assay payment facts' writes it): nothing is asked." };

    private readonly Option<long> _confirmations = new("--confirmations")
    {
        Description = "How many blocks the chain must have from the settlement's on, that one counted; default 1.",
        DefaultValueFactory = static _ => 1,
    };

    /// <summary>Adds all options to a command.</summary>
    internal Command On(Command command)
    {
        command.Add(_chains);
        command.Add(_facts);
        command.Add(_confirmations);
        return command;
    }

    /// <summary>Adds <c>--chain</c> alone.</summary>
    internal Command OnChains(Command command)
    {
        command.Add(_chains);
        return command;
    }

    /// <summary>How deep a settlement must lie.</summary>
    internal ulong Confirmations(ParseResult parsed) => parsed.GetValue(_confirmations) is var wanted && wanted >= 1
        ? (ulong)wanted
        : throw CliException.Usage("--confirmations takes a number from 1 on.");

    /// <summary>What the file says, and what the chains say of the settlements in a receipt; null if neither was named.</summary>
    internal async Task<ChainFacts?> ReadAsync(ParseResult parsed, ReadOnlyMemory<byte> receipt, CancellationToken cancellation)
    {
        ChainFacts? asked = await AskAsync(parsed, receipt, cancellation).ConfigureAwait(false);
        if (parsed.GetValue(_facts) is not { } file)
        {
            return asked;
        }

        ChainFacts said = ChainFactsJson.TryRead(await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false)) ?? throw new CliException(
            ExitCodes.CannotEvaluate, "chain/facts", $"{file.FullName} isn't a file of chain facts.", "'assay payment facts' writes one; its form is in spec/payment.md.");

        // What a chain says now counts before what was written down.
        return asked?.Join(said) ?? said;
    }

    /// <summary>Asks the named chains for the transactions that the receipt's endorsements by settlement name; null if none was named.</summary>
    internal async Task<ChainFacts?> AskAsync(ParseResult parsed, ReadOnlyMemory<byte> receipt, CancellationToken cancellation)
    {
        (BigInteger Chain, Uri Server)[] chains = [.. (parsed.GetValue(_chains) ?? []).Select(Parse)];
        if (chains.Length == 0)
        {
            return null;
        }

        if (chains.DistinctBy(static chain => chain.Chain).Count() != chains.Length)
        {
            throw CliException.Usage("--chain names a network twice.");
        }

        SettlementEvidence[] settlements = Settlements(receipt);
        List<ChainTransaction> found = [];
        foreach ((BigInteger chain, Uri server) in chains)
        {
            ChainClient client = new(Http, server);
            string network = "eip155:" + EvmAmount.Text(chain);
            BigInteger actual = Answer(await client.ChainIdAsync(cancellation).ConfigureAwait(false), network);
            if (actual != chain)
            {
                throw new CliException(ExitCodes.CannotEvaluate, "chain/other-network", $"The server that you name for {network} is one of eip155:{EvmAmount.Text(actual)}.", "Name that network, or another server.");
            }

            foreach (Digest32 hash in settlements.Where(settlement => settlement.ChainId == chain).Select(static settlement => settlement.Transaction).OfType<Digest32>().Distinct())
            {
                if (Answer(await client.TransactionAsync(chain, hash, cancellation).ConfigureAwait(false), network).Mined is { } mined)
                {
                    found.Add(mined);
                }
            }
        }

        return new ChainFacts([.. chains.Select(static chain => chain.Chain)], found);
    }

    // Whatever a bundle says may be asked for: what it is worth, the verifier finds out.
    private static SettlementEvidence[] Settlements(ReadOnlyMemory<byte> receipt) => Bundle.TryDecode(receipt, out _) is { } bundle
        ? [.. bundle.Endorsements.Where(static item => item is { Endorsement.By: Basis.Settlement, Evidence: not null }).Select(static item => SettlementEvidence.TryDecode(item.Evidence!.Value.Span)).OfType<SettlementEvidence>()]
        : [];

    private static T Answer<T>(RpcReply<T> reply, string network) => reply.TryGet(out T? value) ? value : throw new CliException(
        ExitCodes.CannotEvaluate, "chain/unavailable", $"The server that you name for {network} gives no answer: {reply.Why}.", "Verify without --chain: whether money moved is then not evaluated.");

    private static (BigInteger Chain, Uri Server) Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string network = equals < 0 ? text : text[..equals];
        BigInteger chain = NamedNetworks.TryCaip2(network) ?? NamedNetworks.Find(network) ?? throw CliException.Usage($"--chain: '{network}' isn't a network.", "For example eip155:84532=http://127.0.0.1:8545");

        // The address may hold a key, so it isn't repeated.
        return equals >= 0 && Uri.TryCreate(text[(equals + 1)..], UriKind.Absolute, out Uri? server) && server.Scheme is "http" or "https"
            ? (chain, server)
            : throw CliException.Usage($"--chain {network}=ADDRESS takes an http address.", "For example eip155:84532=http://127.0.0.1:8545");
    }
}
