using Assay.Node.Chatting;
using Assay.Node.Http;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Paying;

/// <summary>A node's payments as a whole: opened, started and stopped with it.</summary>
internal sealed class PaymentHost : IAsyncDisposable
{
    private readonly string _path;
    private readonly NodeOptions _options;
    private readonly ModelCatalog _models;
    private readonly ChatCatalog _chat;
    private readonly PaymentParts _parts;
    private readonly SignInDesk _signIn;
    private readonly FacilitatorWatch _watch;
    private readonly PaymentEndpoints _endpoints;

    private PaymentHost(string path, PriceList prices, NodeOptions options, PaymentParts parts, NodeIdentity identity, ModelCatalog models, ChatCatalog chat, ReceiptIssuer issuer, ReceiptReader receipts, BundleSource bundles, TimeProvider time, Action<string> report)
    {
        (_path, _options, _models, _chat, _parts) = (path, options, models, chat, parts);
        Store = PaymentStore.Open(options.Folder);
        OfferSigner? signer = parts.Signer is null ? null : new OfferSigner(parts.Signer);
        PayerGate gate = new(Store, time);
        _signIn = new SignInDesk($"eip155:{Evm.EvmAmount.Text(prices.File.ChainId)}", knowsAddress: prices.File.PublicUrl is not null, time);
        _watch = new FacilitatorWatch(parts.Facilitator, prices.File.ChainId, time, report);
        Settler = new Settler(Store, gate, parts.Facilitator, identity, issuer, receipts, signer, time, report);
        Desk = new PaymentDesk(prices, Store, gate, _watch, parts.Facilitator, Settler, new PrepaidDesk(prices, Store), new OfferBook(signer, _signIn, sponsors: prices.File.Facilitator.Url is null, time), receipts, time);
        _endpoints = new PaymentEndpoints(Store, _signIn, receipts, bundles, prices.File);
    }

    internal PaymentDesk Desk { get; }

    internal PaymentStore Store { get; }

    internal Settler Settler { get; }

    /// <summary>Reads a price file.</summary>
    /// <exception cref="PriceFileException">It can't be used.</exception>
    internal static PriceFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PriceFileException(path, [e.Message]);
        }

        PriceFile file = PriceFile.TryParse(bytes, out IReadOnlyList<string> problems) ?? throw new PriceFileException(path, problems);
        string[] missing =
        [
            .. new[] { ("keystore", file.Facilitator.Keystore), ("passphraseFile", file.Facilitator.PassphraseFile) }
                .Where(static item => item.Item2 is { } named && !File.Exists(named)).Select(static item => $"'facilitator.{item.Item1}': there is no file {item.Item2}"),
        ];
        return missing.Length == 0 ? file : throw new PriceFileException(path, missing);
    }

    /// <summary>Holds prices against the models, before anything is opened for them.</summary>
    /// <exception cref="PriceFileException">They don't fit.</exception>
    internal static PriceList Fit(PriceFile file, NodeOptions options, ModelCatalog models, ChatCatalog chat) =>
        PriceList.TryCreate(file, models, options.MaximumBatch, out IReadOnlyList<string> problems, isTeeKnown: false, Terms(chat)) ?? throw new PriceFileException(options.PriceFile!, problems);

    /// <summary>Opens payments; nothing is taken before they are started.</summary>
    internal static PaymentHost Open(PriceList prices, NodeOptions options, PaymentParts parts, NodeIdentity identity, ModelCatalog models, ChatCatalog chat, ReceiptIssuer issuer, ReceiptReader receipts, BundleSource bundles, TimeProvider time, Action<string> report) =>
        new(options.PriceFile!, prices, options, parts, identity, models, chat, issuer, receipts, bundles, time, report);

    private static ModelTerms[] Terms(ChatCatalog chat) => [.. chat.Models.Select(static model => model.Terms)];

    internal void Map(IEndpointRouteBuilder routes) => _endpoints.Map(routes);

    /// <summary>Once it is known which hardware vouches for runs: holds the prices against that, asks the facilitator, and goes on settling what is owed.</summary>
    /// <exception cref="PriceFileException">A level that is sold can't be met.</exception>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        if (PriceList.TryCreate(Desk.Prices.File, _models, _options.MaximumBatch, out IReadOnlyList<string> problems, chat: Terms(_chat)) is null)
        {
            throw new PriceFileException(_path, problems);
        }

        await _watch.StartAsync(cancellation).ConfigureAwait(false);
        Settler.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Settler.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        _signIn.Dispose();
        await _parts.DisposeAsync().ConfigureAwait(false);
    }
}
