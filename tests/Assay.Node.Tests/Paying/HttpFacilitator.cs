using Assay.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Node.Tests.Paying;

/// <summary>A facilitator of a test for nodes in other processes, by x402's HTTP interface; it can keep to itself that it settled.</summary>
internal sealed class HttpFacilitator : IAsyncDisposable
{
    private readonly WebApplication _application;
    private TaskCompletionSource<string>? _silence;

    private HttpFacilitator(IFacilitator inner)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        _application = builder.Build();
        _application.MapGet("/supported", static () => """{"kinds":[{"x402Version":2,"scheme":"exact","network":"eip155:84532"}],"extensions":[],"signers":{}}""");
        _application.MapPost("/verify", async (HttpContext context) =>
        {
            FacilitatorRequest asked = await ReadAsync(context);
            VerifyReply reply = await inner.VerifyAsync(asked.Payment, asked.Offer, context.RequestAborted);
            return $$"""{"isValid":{{(reply.Outcome == FacilitatorOutcome.Accepted ? "true" : "false")}},"payer":"{{asked.Payment.Transfer.Payer}}"}""";
        });
        _application.MapPost("/settle", async (HttpContext context) =>
        {
            FacilitatorRequest asked = await ReadAsync(context);
            SettleReply reply = await inner.SettleAsync(asked.Payment, asked.Offer, asked.Amount, CancellationToken.None);
            if (Interlocked.Exchange(ref _silence, null) is { } silence)
            {
                silence.SetResult("settling");
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            await context.Response.Body.WriteAsync(new SettlementResponse { Success = reply.Outcome == FacilitatorOutcome.Accepted, Payer = reply.Payer, Transaction = reply.Transaction, Network = asked.Offer.Network, Amount = reply.Amount }.Write());
        });
    }

    internal Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    internal static async Task<HttpFacilitator> StartAsync(IFacilitator inner)
    {
        HttpFacilitator started = new(inner);
        await started._application.StartAsync();
        return started;
    }

    /// <summary>The next payment is settled, and nobody is told; the result comes when it is.</summary>
    internal Task<string> KeepSilent() => (_silence = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task<FacilitatorRequest> ReadAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        return FacilitatorRequest.TryRead(body.ToArray(), out string? error) ?? throw new InvalidDataException(error);
    }
}
