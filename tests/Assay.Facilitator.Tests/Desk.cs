using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator.Tests;

/// <summary>A facilitator with an account and a store of its own, on a chain.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly TransactionSender _sender;
    private readonly SettlementStore _store;

    private Desk(LocalChain chain, EvmAccount account, string folder, HttpClient http, ChainClient client, TransactionSender sender, SettlementStore store, LocalFacilitator facilitator) =>
        (Chain, Account, Folder, _http, Client, _sender, _store, Facilitator) = (chain, account, folder, http, client, sender, store, facilitator);

    public LocalChain Chain { get; }

    public EvmAccount Account { get; }

    public string Folder { get; }

    public ChainClient Client { get; }

    public LocalFacilitator Facilitator { get; }

    public static FacilitatorOptions Options { get; } = new() { ChainId = LocalChain.ChainId, Assets = new HashSet<EvmAddress> { LocalChain.Token } };

    public static async Task<Desk> OpenAsync(LocalChain chain, FacilitatorOptions? options = null, EvmAccount? account = null, string? folder = null, Uri? rpc = null, TimeProvider? clock = null, HttpMessageHandler? way = null)
    {
        account ??= EvmAccount.Generate();
        await chain.SetCoinsAsync(account.Address, BigInteger.Pow(10, 18));
        folder ??= Directory.CreateTempSubdirectory("assay-facilitator-").FullName;
        HttpClient http = way is null ? new HttpClient() : new HttpClient(way);
        ChainClient client = new(http, rpc ?? chain.Url, new ChainClientOptions { Timeout = TimeSpan.FromSeconds(5) });
        TransactionSender sender = new(client, account, new TransactionSenderOptions { ChainId = LocalChain.ChainId, MaxPoll = TimeSpan.FromMilliseconds(200) });
        SettlementStore store = SettlementStore.Open(folder);
        LocalFacilitator facilitator = await LocalFacilitator.StartAsync(options ?? Options, client, sender, store, clock ?? TimeProvider.System, default);
        return new Desk(chain, account, folder, http, client, sender, store, facilitator);
    }

    public Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer) => Facilitator.VerifyAsync(payment, offer, default);

    public Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger? amount = null) =>
        Facilitator.SettleAsync(payment, offer, amount ?? offer.Amount, default);

    /// <summary>Somebody's transaction, mined.</summary>
    public async Task<Digest32> SendAsAsync(EvmAddress from, SettlingCall call)
    {
        await Chain.SetCoinsAsync(from, BigInteger.Pow(10, 18));
        await Chain.RequestAsync("anvil_impersonateAccount", default, from.ToLowerString());
        JsonElement hash = await Chain.RequestAsync(
            "eth_sendTransaction",
            default,
            new Dictionary<string, string> { ["from"] = from.ToLowerString(), ["to"] = call.To.ToLowerString(), ["data"] = "0x" + Convert.ToHexStringLower(call.Data.Span) });
        return Digest32.TryParseHex(hash.GetString().AsSpan(2), out Digest32 found) ? found : throw new InvalidOperationException(hash.GetRawText());
    }

    /// <summary>How many transactions the facilitator's account has in the chain.</summary>
    public async Task<long> SentAsync() => long.Parse(
        (await Chain.RequestAsync("eth_getTransactionCount", default, Account.Address.ToLowerString(), "latest")).GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Facilitator.DisposeAsync();
        _sender.Dispose();
        _store.Dispose();
        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
