using Assay.Primitives;
using Assay.Primitives.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Node.Tests.Witnessing;

/// <summary>A witness that doesn't do what it should.</summary>
internal sealed class FakeWitness : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CosignatureSigner _signer = new("fake.example", [5, .. new byte[31]]);

    private FakeWitness(WebApplication application, string behaviour)
    {
        _application = application;
        application.MapPost("/add-checkpoint", context => AnswerAsync(context, behaviour));
    }

    internal CosignatureKey Key => _signer.Key;

    /// <summary>Done when it has been asked for the first time.</summary>
    internal Task Asked => _asked.Task;

    internal Uri Address { get; private set; } = null!;

    internal static async Task<FakeWitness> StartAsync(string behaviour)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        FakeWitness fake = new(builder.Build(), behaviour);
        await fake._application.StartAsync();
        fake.Address = new Uri(fake._application.Urls.First() + "/");
        if (behaviour == "down")
        {
            await fake._application.StopAsync();
        }

        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _signer.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, string behaviour)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        AddCheckpointRequest request = AddCheckpointRequest.TryParse(body.ToArray(), out _)!;
        Checkpoint head = Checkpoint.TryParse(request.Note.Text, out _)!;
        string reply = "";
        _asked.TrySetResult();
        switch (behaviour)
        {
            case "hangs":
                await Task.Delay(-1, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
            case "wrong-root":
                reply = _signer.Cosign((head with { Root = Digest32.Sha256([]) }).Format(), 1_795_000_000).ToLine();
                break;
            case "wrong-key":
                using (CosignatureSigner other = new("fake.example", [6, .. new byte[31]]))
                {
                    reply = (other.Cosign(request.Note.Text, 1_795_000_000) with { KeyId = Key.KeyId }).ToLine();
                }

                break;
            case "rubbish":
                reply = "hello\n";
                break;
            case "sizes":
                context.Response.StatusCode = 409;
                context.Response.ContentType = "text/x.tlog.size";
                reply = "0\n";
                break;
            case "larger":
                context.Response.StatusCode = 409;
                context.Response.ContentType = "text/x.tlog.size";
                reply = $"{head.Size + 100}\n";
                break;
            case "refuses":
                context.Response.StatusCode = 404;
                break;
            case "inconsistent":
                context.Response.StatusCode = 422;
                break;
            case "endless":
                reply = new string('x', 1 << 20);
                break;
        }

        await context.Response.WriteAsync(reply);
    }
}
