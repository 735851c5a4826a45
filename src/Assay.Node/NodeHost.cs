using System.Net;
using Assay.Attestation;
using Assay.Log;
using Assay.Node.Attesting;
using Assay.Node.Chatting;
using Assay.Node.Confidential;
using Assay.Node.Errors;
using Assay.Node.History;
using Assay.Node.Http;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Proving;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Assay.Node.Witnessing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Node;

/// <summary>A running node: keys, models, log and HTTP, started and stopped as one.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ApiKeyGate _gate;
    private readonly ReceiptIssuer _issuer;
    private readonly TiledLog _log;
    private readonly WitnessRounds _witnesses;
    private readonly ReplayPeers _peers;
    private readonly PeerQueue _peerQueue;
    private readonly ProofService _proofs;
    private readonly ConfidentialKeys _confidentialKeys;
    private readonly ModelCatalog _catalog;
    private readonly ChatHost _chat;
    private readonly ApplicationHost _applications;

    private NodeHost(WebApplication application, NodeIdentity identity, ApiKeyGate gate, ReceiptIssuer issuer, TiledLog log, WitnessRounds witnesses, ReplayPeers peers, PeerQueue peerQueue, ProofService proofs, AttestationService? attestation, ConfidentialKeys confidentialKeys, ModelCatalog catalog, ChatHost chat, ApplicationHost applications, PaymentHost? payments)
    {
        _applications = applications;
        Payments = payments;
        Attestation = attestation;
        _confidentialKeys = confidentialKeys;
        _peers = peers;
        _peerQueue = peerQueue;
        _proofs = proofs;
        _application = application;
        Identity = identity;
        _gate = gate;
        _issuer = issuer;
        _log = log;
        _witnesses = witnesses;
        _catalog = catalog;
        _chat = chat;
    }

    /// <summary>Who the node is.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The models that it serves.</summary>
    public ModelCatalog Models => _catalog;

    /// <summary>The chat models that it answers with.</summary>
    public ChatCatalog Chat => _chat.Catalog;

    /// <summary>Its attestation; null: it has none.</summary>
    internal AttestationService? Attestation { get; }

    /// <summary>Its callers' applications.</summary>
    internal ApplicationHost Applications => _applications;

    /// <summary>Its payments; null: everything is free.</summary>
    internal PaymentHost? Payments { get; }

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a node.</summary>
    /// <param name="options">Checked before anything is touched.</param>
    /// <param name="identity">The node's keys; disposed with the node.</param>
    /// <param name="models">What it serves; disposed with the node.</param>
    /// <param name="time">The clock of its receipts.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="chat">The chat models that it answers with; null: none. Disposed with the node.</param>
    /// <exception cref="ArgumentException">The options are bad, or a model's name is taken twice; the message names all problems.</exception>
    /// <exception cref="AttestationException">It is to attest, and can't.</exception>
    /// <exception cref="PriceFileException">The prices can't be read, or don't fit the models.</exception>
    public static Task<NodeHost> StartAsync(NodeOptions options, NodeIdentity identity, ModelCatalog models, TimeProvider time, CancellationToken cancellation, ChatCatalog? chat = null) =>
        StartAsync(options, identity, models, time, static _ => { }, cancellation, chat: chat);

    // The seams for the demo's dishonest operator, for fault tests (middleware in front of everything) and for the benchmark's
    // baseline (no receipts), for evidence that this version has no source of, and for hardware and vendors' roots of tests; none can be
    // reached from outside the repository.
    internal static async Task<NodeHost> StartAsync(NodeOptions options, NodeIdentity identity, ModelCatalog models, TimeProvider time, Action<WebApplication> before, CancellationToken cancellation, bool withReceipts = true, IReadOnlyList<IEvidenceSource>? evidence = null, IAttester? attester = null, TrustAnchors? anchors = null, PaymentParts? paying = null, ChatCatalog? chat = null)
    {
        IReadOnlyList<string> problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        chat ??= ChatCatalog.Empty;
        ChatHost.RequireOwnNames(chat, models);
        PriceList? priced = options.PriceFile is null ? null : PaymentHost.Fit(PaymentHost.Read(options.PriceFile), options, models, chat);
        AttestationSettings? attesting = Attesters.Open(options, attester, anchors, time);
        ApiKeyGate gate = new(options.KeyFile is null ? null : ApiKeyFile.Load(options.KeyFile), time, Console.Error.WriteLine);
        LogOptions logOptions = new() { Signer = identity.LogSigner, Time = time, CheckpointInterval = options.CheckpointInterval };
        string logFolder = Path.Combine(options.Folder, "log");
        TiledLog log = TiledLog.Exists(logFolder)
            ? TiledLog.Open(logFolder, logOptions)
            : TiledLog.Create(logFolder, logOptions, new Receipts.LogEntry.ForKeySet(identity.KeySet.Bytes).Encode());
        NodeKeyHistory history;
        ApplicationHost applications;
        try
        {
            history = LoadHistory(log, identity, options.Folder);
            RefuseSelfReplay(options, history);
            applications = ApplicationHost.Open(options, log, gate, chat.Models.Count > 0, time, Console.Error.WriteLine);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        WitnessRounds witnesses = new(log, options, Console.Error.WriteLine);
        ReceiptIssuer issuer = new(identity, log, options.MaximumPendingReceipts);
        AttestationStore evidenceStore = new(options.Folder);
        ReceiptReader receipts = new(log, history, models, evidenceStore);
        Expiry expiry = new(identity, issuer, time, Console.Error.WriteLine);
        ReplayPeers peers = new(options, expiry, receipts, issuer, Console.Error.WriteLine);
        PeerQueue peerQueue = new(peers, receipts, time, Console.Error.WriteLine);
        ProofService proofs = new(options, models, receipts, ProofStore.Open(options.Folder), expiry, time, Console.Error.WriteLine);
        ConfidentialKeys confidentialKeys = new();
        AttestationService? attestation = attesting is null ? null : new AttestationService(attesting, identity, issuer, evidenceStore, refusal =>
        {
            models.OfferTee(refusal);
            chat.OfferTee(refusal);
        }, time, Console.Error.WriteLine) { KeyConfig = confidentialKeys.Next, InForce = confidentialKeys.Keep };
        TeeEvidence tee = new(attestation, issuer, receipts, expiry, time);
        ReleaseGate release = new([peers, new ProofEvidence(proofs, receipts, expiry), tee, new WitnessedEvidence(log, history, options.Witnesses, time), .. evidence ?? []], time);
        WebApplication application = Build(options);
        before(application);
        application.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = HandleAsync });
        WithheldReceipts withheld = WithheldReceipts.Open(options.Folder);
        InferenceService service = new(options, identity, models, withReceipts ? issuer : null, release, withheld, peerQueue, proofs, tee, time);
        BundleSource bundles = new(receipts, log, history, withheld, witnesses, peerQueue, proofs);
        PaymentHost? payments;
        try
        {
            payments = priced is null ? null : PaymentHost.Open(priced, options, paying ?? await PaymentPartsOf.FileAsync(priced.File, options.PriceFile!, options.Folder, time, cancellation).ConfigureAwait(false), identity, models, chat, issuer, receipts, bundles, time, Console.Error.WriteLine);
        }
        catch
        {
            await issuer.DisposeAsync().ConfigureAwait(false);
            await applications.DisposeAsync().ConfigureAwait(false);
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        OipEndpoints.Map(application, options, gate, models, service, payments?.Desk);
        ChatHost chats = new(options, identity, chat, gate, issuer, release, withheld, tee, payments?.Desk, applications.Book, time, Console.Error.WriteLine, application.Lifetime.ApplicationStopping);
        chats.Map(application);
        applications.Map(application, bundles);
        ModelEndpoints.Map(application, models, chat, identity, service, payments?.Desk.Prices);
        HubEndpoints.Map(application, models, chat, identity, service, payments?.Desk.Prices);
        payments?.Map(application);
        ReceiptEndpoints.Map(application, bundles, proofs, time);
        LogEndpoints.Map(application, log);
        KeyEndpoints.Map(application, gate, log);
        WitnessEndpoints.Map(application, witnesses);
        AdviceEndpoints.Map(application, models, service);
        WellKnownEndpoints.Map(application, options, identity, models, chat, attestation, payments?.Desk.Prices);
        AttestationEndpoints.Map(application, attestation, time);
        ConfidentialEndpoint confidential = new(
            options, attestation, confidentialKeys, context => OipEndpoints.InferAsync(context, options, gate, models, service, payments?.Desk, isConfidential: true), (context, id) => ReceiptEndpoints.BundleAsync(context, bundles, id));
        confidential.Map(application);
        application.MapFallback(static context => JsonReply.ErrorAsync(context, new NodeError(404, "not_found", "There is nothing at this address.", "GET /.well-known/assay lists the endpoints.")));
        NodeHost host = new(application, identity, gate, issuer, log, witnesses, peers, peerQueue, proofs, attestation, confidentialKeys, models, chats, applications, payments);
        try
        {
            // Before it listens: nobody is told that hardware vouches for this node until its own appraisal says so.
            await (attestation?.StartAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
            await (payments?.StartAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
            await application.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            // The port is in use, say: the folder's lock must not outlive the attempt.
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops taking requests, finishes those in flight, integrates the log, releases everything.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _application.StopAsync().ConfigureAwait(false);
            await _application.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Dispose();
            if (Payments is not null)
            {
                await Payments.DisposeAsync().ConfigureAwait(false);
            }

            await _proofs.DisposeAsync().ConfigureAwait(false);
            await _peerQueue.DisposeAsync().ConfigureAwait(false);
            await _peers.DisposeAsync().ConfigureAwait(false);
            if (Attestation is not null)
            {
                await Attestation.DisposeAsync().ConfigureAwait(false);
            }

            _confidentialKeys.Dispose();
            await _chat.DisposeAsync().ConfigureAwait(false);
            await _issuer.DisposeAsync().ConfigureAwait(false);
            await _applications.DisposeAsync().ConfigureAwait(false);
            await _witnesses.DisposeAsync().ConfigureAwait(false);
            await _log.DisposeAsync().ConfigureAwait(false);
            _catalog.Dispose();
            Identity.Dispose();
        }
    }

    // Fails before it listens: receipts of keys that the log has left or revoked would be worth nothing.
    private static NodeKeyHistory LoadHistory(TiledLog log, NodeIdentity identity, string folder)
    {
        NodeKeyHistory history = NodeKeyHistory.Load(log, new KeyFiles(folder).ReadEvents());
        history.RequireCurrentInForce();
        return history.Current.Digest == identity.KeySet.Digest ? history : throw new InvalidDataException($"the log's last key set is {history.Current.Digest}, the folder's {identity.KeySet.Digest}");
    }

    // An operator that replays itself says nothing new. By another key it still can, which is why callers name the peers that count.
    private static void RefuseSelfReplay(NodeOptions options, NodeKeyHistory history)
    {
        if (options.ReplayPeers.FirstOrDefault(peer => history.Sets.Any(set => set.ReceiptKey == peer.Key)) is { } self)
        {
            throw new ArgumentException($"--replayer: {self.Peer} is a key of this node itself; a peer is somebody else's process, with its own key", nameof(options));
        }
    }

    private static WebApplication Build(NodeOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaximumConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.WebHost.UseUrls(options.Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    private static async Task HandleAsync(HttpContext context)
    {
        Exception? exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        NodeError error = exception is BadHttpRequestException bad
            ? new NodeError(bad.StatusCode, bad.StatusCode == (int)HttpStatusCode.RequestEntityTooLarge ? "body_too_large" : "http_malformed", "The HTTP request can't be read.")
            : new NodeError(500, "internal", "The node failed; nothing was answered, and no receipt was promised.", "The operator finds the reason in its log.");
        if (exception is not null and not BadHttpRequestException)
        {
            await Console.Error.WriteLineAsync($"assay: {context.Request.Method} {context.Request.Path}: {exception}").ConfigureAwait(false);
        }

        await JsonReply.ErrorAsync(context, error).ConfigureAwait(false);
    }
}
