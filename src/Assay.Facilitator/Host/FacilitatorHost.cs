using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Facilitator;

/// <summary>
/// A <see cref="LocalFacilitator"/> for other servers, by x402's HTTP interface: <c>POST /verify</c>, <c>POST /settle</c> (bodies of both
/// versions), <c>GET /supported</c>, <c>GET /health</c>. Other servers don't know which payments they have worked for, so one payment is
/// told as settled once; who asks again is told that its nonce is used, and by which transaction.
/// </summary>
public sealed class FacilitatorHost : IAsyncDisposable
{
    private const string Json = "application/json";

    private readonly WebApplication _application;
    private readonly LocalFacilitator _facilitator;
    private readonly FacilitatorHostOptions _options;
    private readonly SemaphoreSlim _room;
    private readonly ConcurrentDictionary<EvmAddress, int> _payers = new();
    private readonly byte[]? _token;

    private FacilitatorHost(FacilitatorHostOptions options, LocalFacilitator facilitator)
    {
        (_options, _facilitator) = (options, facilitator);
        _room = new SemaphoreSlim(options.MaxRequests);
        _token = options.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;
        _application = Build();
    }

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts to listen. The facilitator stays the caller's to dispose, after this.</summary>
    public static async Task<FacilitatorHost> StartAsync(FacilitatorHostOptions options, LocalFacilitator facilitator, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(facilitator);
        FacilitatorHost host = new(options, facilitator);
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
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _room.Dispose();
    }

    private WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay-facilitator" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = FacilitatorRequest.MaxLength;
            kestrel.Limits.MaxConcurrentConnections = 1000;
        });
        builder.WebHost.UseUrls(_options.Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication application = builder.Build();
        application.MapPost("/verify", (HttpContext context) => AskAsync(context, isSettlement: false));
        application.MapPost("/settle", (HttpContext context) => AskAsync(context, isSettlement: true));
        application.MapGet("/supported", async (HttpContext context) =>
            await WriteAsync(context, 200, FacilitatorJson.Supported(await _facilitator.SupportedAsync(context.RequestAborted).ConfigureAwait(false) ?? [], _facilitator.Account)).ConfigureAwait(false));
        application.MapGet("/health", (HttpContext context) => WriteAsync(context, 200, "{\"status\":\"ok\"}"u8.ToArray()));
        return application;
    }

    private async Task AskAsync(HttpContext context, bool isSettlement)
    {
        if (_token is not null && !IsAuthorized(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await WriteAsync(context, 401, FacilitatorJson.Refused(isSettlement, "unauthorized", null)).ConfigureAwait(false);
            return;
        }

        // Before it takes a place: whoever sends slowly would keep it from others.
        if (await ReadAsync(context, isSettlement).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        if (!await _room.WaitAsync(0, context.RequestAborted).ConfigureAwait(false))
        {
            await TooMuchAsync(context, 503, isSettlement).ConfigureAwait(false);
            return;
        }

        try
        {
            await AnswerAsync(context, body, isSettlement).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    // Null: it is too long or too slow, and that was answered.
    private async Task<byte[]?> ReadAsync(HttpContext context, bool isSettlement)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(_options.BodyTimeout);
        int status;
        try
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, limit.Token).ConfigureAwait(false);
            return body.ToArray();
        }
        catch (BadHttpRequestException e) when (e.StatusCode is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout)
        {
            status = e.StatusCode;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            status = StatusCodes.Status408RequestTimeout;
        }

        context.Response.Headers.Connection = "close";
        await WriteAsync(context, status, FacilitatorJson.Refused(isSettlement, PaymentErrors.InvalidPayload, PayloadErrors.Json)).ConfigureAwait(false);
        return null;
    }

    private async Task AnswerAsync(HttpContext context, byte[] body, bool isSettlement)
    {
        FacilitatorRequest? request = FacilitatorRequest.TryRead(body, out string? error);
        if (request is null)
        {
            // What can be read and isn't taken is an answer; the rest isn't a request.
            bool contract = error == PayloadErrors.ContractPayer, signature = error == PayloadErrors.SignatureForm;
            string reason = contract ? PaymentErrors.ContractPayer : signature ? PaymentErrors.Signature : PaymentErrors.InvalidPayload;
            await WriteAsync(context, contract || signature ? 200 : 400, FacilitatorJson.Refused(isSettlement, reason, error)).ConfigureAwait(false);
            return;
        }

        EvmAddress payer = request.Payment.Transfer.Payer;
        int others = _payers.AddOrUpdate(payer, 1, static (_, count) => count + 1);
        try
        {
            if (others > _options.MaxRequestsOfPayer)
            {
                await TooMuchAsync(context, 429, isSettlement).ConfigureAwait(false);
            }
            else if (isSettlement)
            {
                await SettleAsync(context, request).ConfigureAwait(false);
            }
            else
            {
                // What is signed must be what is asked for, also of "upto": charging less is for settling.
                PaymentRequirements asked = request.Offer with { Amount = request.Amount };
                VerifyReply reply = await _facilitator.VerifyAsync(request.Payment, asked, context.RequestAborted).ConfigureAwait(false);
                await WriteAsync(context, reply.Outcome == FacilitatorOutcome.Unavailable ? 503 : 200, FacilitatorJson.Verified(reply)).ConfigureAwait(false);
            }
        }
        finally
        {
            if (_payers.AddOrUpdate(payer, 0, static (_, count) => count - 1) == 0)
            {
                _payers.TryRemove(KeyValuePair.Create(payer, 0));
            }
        }
    }

    private async Task SettleAsync(HttpContext context, FacilitatorRequest request)
    {
        // Whoever breaks off has the settlement go on; it asks again then.
        bool isTooMuch = request.Offer.Method == TransferMethod.Permit2Upto && request.Amount > request.Payment.Transfer.Amount;
        SettleReply reply = isTooMuch
            ? new SettleReply(FacilitatorOutcome.Refused, PaymentErrors.UptoExceeds, null, request.Payment.Transfer.Payer, null, null)
            : await _facilitator.SettleAsync(request.Payment, request.Offer, request.Amount, context.RequestAborted).ConfigureAwait(false);
        if (reply.Outcome == FacilitatorOutcome.Accepted && !_facilitator.TryTell(request.Payment.Transfer, request.Offer))
        {
            string used = request.Payment.Transfer is PermitTransfer ? PaymentErrors.Permit2Nonce : PaymentErrors.NonceUsed;
            reply = reply with { Outcome = FacilitatorOutcome.Refused, Reason = used, Message = "this payment was settled before" };
        }

        string network = request.Payment.Version == 1 ? request.Payment.Network : request.Offer.Network;
        await WriteAsync(context, reply.Outcome == FacilitatorOutcome.Unavailable ? 503 : 200, FacilitatorJson.Settled(reply, network)).ConfigureAwait(false);
    }

    private bool IsAuthorized(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..])), _token);
    }

    private static Task TooMuchAsync(HttpContext context, int status, bool isSettlement)
    {
        context.Response.Headers.RetryAfter = "1";
        return WriteAsync(context, status, FacilitatorJson.Refused(isSettlement, "busy", "too many requests at once"));
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
