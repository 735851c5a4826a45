using Assay.Primitives.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Witness;

/// <summary>
/// A running witness: <c>POST /add-checkpoint</c>, <c>GET /forks</c> (a line per proof: its name and the log's origin) and
/// <c>GET /forks/{name}</c>.
/// </summary>
public sealed class WitnessHost : IAsyncDisposable
{
    private const string Text = "text/plain; charset=utf-8";

    private readonly WebApplication _application;
    private readonly WitnessStore _store;

    private WitnessHost(WebApplication application, WitnessStore store)
    {
        _application = application;
        _store = store;
    }

    /// <summary>The key that verifies its cosignatures.</summary>
    public CosignatureKey Key => _store.Key;

    /// <summary>The logs that it watches.</summary>
    public IReadOnlyList<string> Origins => _store.Origins;

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Opens the folder and starts to listen.</summary>
    /// <exception cref="Log.LogException">Another process has the folder.</exception>
    /// <exception cref="InvalidDataException">The folder isn't in order.</exception>
    public static async Task<WitnessHost> StartAsync(WitnessOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        WitnessStore store = WitnessStore.Open(options.Folder, options.Name);
        WitnessHost host = new(Build(options, store, new WitnessService(store, time)), store);
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
            _store.Dispose();
        }
    }

    private static WebApplication Build(WitnessOptions options, WitnessStore store, WitnessService service)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay-witness" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddCheckpointRequest.MaxSize;
            kestrel.Limits.MaxConcurrentConnections = 1000;
        });
        builder.WebHost.UseUrls(options.Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication application = builder.Build();
        application.MapPost("/add-checkpoint", async (HttpContext context) =>
        {
            WitnessReply reply;
            try
            {
                reply = service.Add(await ReadAsync(context).ConfigureAwait(false));
            }
            catch (BadHttpRequestException e)
            {
                reply = WitnessReply.Refused(e.StatusCode, NoteErrors.WitnessRequest, "the body can't be read");
            }

            await WriteAsync(context, reply.Status, reply.ContentType, System.Text.Encoding.UTF8.GetBytes(reply.Body)).ConfigureAwait(false);
        });
        application.MapGet("/forks", (HttpContext context) => WriteAsync(context, 200, Text, System.Text.Encoding.UTF8.GetBytes(
            string.Concat(store.Forks().Select(static fork => $"{fork.Name} {fork.Origin}\n")))));
        application.MapGet("/forks/{name}", (HttpContext context, string name) => store.Fork(name) is { } file
            ? WriteAsync(context, 200, Text, file)
            : WriteAsync(context, 404, Text, "not found\n"u8.ToArray()));
        return application;
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
