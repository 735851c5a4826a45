using Assay.Client;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;
using Assay.Replayer.Http;
using Assay.Replayer.Running;
using Assay.Replayer.Storage;
using Assay.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Replayer;

/// <summary>A running peer (spec/endorsements.md, "How a peer replays").</summary>
/// <remarks>
/// Tests start one in their own process:
/// <code>
/// await using ReplayerHost peer = await ReplayerHost.StartAsync(
///     new ReplayerOptions { Folder = folder, Trust = trust, Models = [model], Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None);
/// </code>
/// and ask it at <see cref="Address"/>; whoever stops it and starts another one with the same folder has the same peer.
/// </remarks>
public sealed class ReplayerHost : IAsyncDisposable
{
    /// <summary>What <c>/.well-known/assay-replayer</c> has as its profile.</summary>
    public const string Profile = "assay/replayer/v1";

    private readonly WebApplication _application;
    private readonly ReplayerStore _store;
    private readonly IDisposable? _engine;
    private readonly Turnstile _turnstile;

    private ReplayerHost(ReplayerOptions options, ReplayerStore store, IReplayer replayer, IDisposable? engine, TimeProvider time)
    {
        _store = store;
        _engine = engine;
        _turnstile = new Turnstile(options.Concurrency, options.Queue, options.BodyBudget);
        Models = [.. options.Models.Select(static m => m.Id).Distinct()];
        Nodes = options.Trust.Nodes;
        _application = Build(options, new ReplayerEndpoints(new ReplayerService(options, store, replayer, time), store, Models, _turnstile));
    }

    /// <summary>The peer's key.</summary>
    public P256PublicKey Key => _store.Key;

    /// <summary>The key's COSE thumbprint: what policies name the peer by.</summary>
    public Digest32 Peer => Key.Thumbprint();

    /// <summary>The programs that it has.</summary>
    public IReadOnlyList<ModelId> Models { get; }

    /// <summary>The key sets of the nodes that it serves.</summary>
    public IReadOnlyList<Digest32> Nodes { get; }

    /// <summary>Refutations that it keeps.</summary>
    public int Refutations => _store.Count;

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    internal static string Software { get; } = "assay/" + typeof(ReplayerHost).Assembly.GetName().Version!.ToString(3);

    /// <summary>Opens the folder and starts to listen.</summary>
    /// <exception cref="InvalidDataException">Another process has the folder, or it isn't in order.</exception>
    /// <exception cref="Files.KeyException">The key can't be used.</exception>
    public static Task<ReplayerHost> StartAsync(ReplayerOptions options, TimeProvider time, CancellationToken cancellation) =>
        StartAsync(options, null, time, cancellation);

    internal static async Task<ReplayerHost> StartAsync(ReplayerOptions options, IReplayer? replayer, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ReplayerStore store = ReplayerStore.Open(options.Folder, options.Passphrase);
        EngineReplayer? engine = null;
        ReplayerHost host;
        try
        {
            replayer ??= options.Reference ? new ProgramReplayer(options.Models.DistinctBy(static m => m.Id)) : engine = new EngineReplayer(options.Models);
            host = new ReplayerHost(options, store, replayer, engine, time);
        }
        catch
        {
            engine?.Dispose();
            store.Dispose();
            throw;
        }

        try
        {
            await host._application.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _application.StopAsync().ConfigureAwait(false);
            await _application.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _turnstile.Dispose();
            _engine?.Dispose();
            _store.Dispose();
        }
    }

    private static WebApplication Build(ReplayerOptions options, ReplayerEndpoints endpoints)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay-replayer" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Bundle.MaxLength;
            kestrel.Limits.MaxConcurrentConnections = 1000;

            // Who sends slower holds a place that others wait for.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
        });
        builder.WebHost.UseUrls(options.Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication application = builder.Build();
        endpoints.Map(application);
        return application;
    }
}
