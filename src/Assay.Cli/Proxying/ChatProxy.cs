using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Assay.Chat;
using Assay.Cli.Chatting;
using Assay.Cli.Paying;
using Assay.Client;
using Assay.Node.Http;
using Assay.Receipts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Cli.Proxying;

/// <summary>
/// Stands between a tool that speaks OpenAI's dialects and a node: the tool's bytes go to the node as they are, the node's answer goes to the tool as it is, once it is checked.
/// </summary>
internal sealed class ChatProxy(Func<string?, AssayClient> clients, ChatChecker checker, ProxyOptions options, SavedExchanges? save, TimeProvider time, Action<string> say) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Concurrent, options.Concurrent);
    private volatile KeySet? _keys;
    private int _firstUseSaid;

    /// <summary>Whether keys are taken as they come; then the first ones are said, and kept.</summary>
    internal bool FirstUse { get; init; }

    /// <summary>What answers are paid with; null: they aren't.</summary>
    internal AllowedToken? Token { get; init; }

    internal void Map(WebApplication routes)
    {
        routes.Use(RefuseStrangersAsync);
        routes.MapPost("/v1/chat/completions", (HttpContext context) => AnswerAsync(context, ChatKind.Chat));
        routes.MapPost("/v1/completions", (HttpContext context) => AnswerAsync(context, ChatKind.Completion));
        routes.MapPost("/v1/embeddings", (HttpContext context) => AnswerAsync(context, ChatKind.Embedding));
        routes.MapGet("/v1/models", (HttpContext context) => GetAsync(context, "v1/models"));
        routes.MapGet("/v1/models/{model}", (HttpContext context, string model) => GetAsync(context, "v1/models/" + Uri.EscapeDataString(model)));
        routes.MapFallback(static context => ProxyReply.ErrorAsync(context, 404, "proxy/not-found", "There is nothing at this address: this is 'assay proxy', with /v1/chat/completions, /v1/completions, /v1/embeddings and /v1/models."));
    }

    public void Dispose() => _places.Dispose();

    // Any page in a browser on this machine can send requests here, those of other servers on it too. Programs name no origin.
    private static async Task RefuseStrangersAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        bool isOwn = request.Headers.Origin.Count == 0 || (request.Host.Port ?? 80) == context.Connection.LocalPort && request.Headers.Origin == $"http://{request.Host.Value}";
        if (!IsLocal(request.Host.Host) || !isOwn || (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin" && site != "none"))
        {
            await ProxyReply.ErrorAsync(context, 403, "proxy/not-local", "This proxy answers programs of this machine only, and no pages but its own.").ConfigureAwait(false);
            return;
        }

        // Other types a page may send without asking first.
        if (HttpMethods.IsPost(request.Method) && !(MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)))
        {
            await ProxyReply.ErrorAsync(context, 415, "proxy/type", "Questions come as Content-Type: application/json.").ConfigureAwait(false);
            return;
        }

        await next(context).ConfigureAwait(false);
    }

    private static bool IsLocal(string host) => host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private async Task AnswerAsync(HttpContext context, ChatKind kind)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, context.RequestAborted).ConfigureAwait(false))
        {
            await ProxyReply.ErrorAsync(context, 503, "proxy/busy", $"{options.Concurrent} answers are being waited for and checked.", retryAfter: 1).ConfigureAwait(false);
            return;
        }

        long began = time.GetTimestamp();
        string model = "?";
        bool isAnswered = false, isKept = false;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(options.Seconds);

        // One line for each answer, whatever names and messages are made of.
        void Log(string what) => say(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss}  {kind.ToString().ToLowerInvariant()} {model}: {what} ({time.GetElapsedTime(began).TotalSeconds:0.0} s)").ReplaceLineEndings(" "));

        // What isn't given out is kept too, wherever it was given up; why it couldn't be, or null.
        string? Keep(ChatExchange exchange)
        {
            if (isKept)
            {
                return null;
            }

            isKept = true;
            return KeepOnce(exchange, Log);
        }

        void Failed(Exception failure)
        {
            if (failure is ChatShortfallException { Exchange: { } received } && Keep(received) is { } problem)
            {
                Log($"what was withheld couldn't be kept: {problem}");
            }

            Log(Failure(failure, isTimeOut: !context.RequestAborted.IsCancellationRequested));
        }

        try
        {
            byte[]? body = context.Request.ContentLength > options.MaximumBody ? null : await OipEndpoints.ReadBodyAsync(context.Request.BodyReader, options.MaximumBody, limit.Token).ConfigureAwait(false);
            if (body is null)
            {
                // What is left of it isn't read, so nothing else can come this way.
                context.Response.Headers.Connection = "close";
                await ProxyReply.ErrorAsync(context, 413, "proxy/too-long", $"The body is longer than {options.MaximumBody} bytes.").ConfigureAwait(false);
                return;
            }

            model = ChatRequestReader.TryRead(kind, body, out _)?.Model ?? "?";
            AssayClient client = clients(KeyOf(context.Request));
            using ChatCall call = await client.OpenChatAsync(kind, body, checker.Level, await KeysAsync(client, limit.Token).ConfigureAwait(false), limit.Token).ConfigureAwait(false);
            isAnswered = true;
            ProxyReply.PassOn(context, "x-request-id", call.Headers.TryGetValues("x-request-id", out IEnumerable<string>? id) ? id.First() : null);
            context.Response.Headers["Assay-Receipt"] = call.ReceiptId.ToString();
            context.Response.Headers["Assay-Level"] = checker.Level.ToString();
            ProxyAnswer answer = new(context, call, options, time);
            await answer.RunAsync(() => CheckAsync(call, Keep, Log, limit.Token), Failed, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && e is NodeException or HttpRequestException or OperationCanceledException or IOException)
        {
            Log(Failure(e, isTimeOut: !context.RequestAborted.IsCancellationRequested));
            await (e switch
            {
                NodeException refusal => ProxyReply.RefusalAsync(context, refusal),
                OperationCanceledException when context.RequestAborted.IsCancellationRequested => Task.CompletedTask,
                BadHttpRequestException => ProxyReply.ErrorAsync(context, 400, "proxy/http", "The request can't be read."),
                OperationCanceledException => ProxyReply.ErrorAsync(context, 504, "proxy/time-out", "The answer didn't come in time."),

                // Once it has answered, perhaps for money, a tool that asks again by itself would pay again.
                _ => ProxyReply.ErrorAsync(context, 502, "proxy/unreachable", "The node doesn't answer.", retryAfter: isAnswered ? null : 1),
            }).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    private string? KeepOnce(ChatExchange exchange, Action<string> log)
    {
        if (exchange.Payment is { } paid && Token is not null)
        {
            log($"paid {PaymentPrinter.Charged(paid, Token)}{(PaymentPrinter.Problem(paid) is { } problem ? "; " + problem : "")}");
        }

        try
        {
            save?.Keep(exchange);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private async Task<CheckedChat> CheckAsync(ChatCall call, Func<ChatExchange, string?> keep, Action<string> log, CancellationToken cancellation)
    {
        ChatExchange exchange = await call.CompleteAsync(cancellation).ConfigureAwait(false);
        if (call.HasOtherKeys)
        {
            _keys = null;
        }

        if (keep(exchange) is { } problem)
        {
            throw new NodeException(500, "proxy/save", $"The answer couldn't be kept, so it isn't given out: {problem}", "", []) { IsFinal = true };
        }

        CheckedChat found = checker.Check(exchange);
        log($"checked, {VerdictLine.Of(found.Verdict)}; receipt {exchange.ReceiptId}");
        if (FirstUse && Interlocked.Exchange(ref _firstUseSaid, 1) == 0)
        {
            string kept = save?.KeepTrust(found.Verdict.Receipt!) is { } path ? $"; they are in {path}" : "";
            say($"first use: nothing told you whose keys these are{kept}. Compare with the operator by another way: node {found.Verdict.Receipt!.Node}, key set {found.Verdict.Receipt.KeySet}");
        }

        return found;
    }

    private static string Failure(Exception failure, bool isTimeOut) => failure switch
    {
        ChatShortfallException shortfall => $"WITHHELD [{shortfall.Reason}]: {shortfall.Message}{(shortfall.Exchange is { } exchange ? $" Receipt {exchange.ReceiptId}" : "")}",
        NodeException refusal => $"refused [{refusal.Code}]: {refusal.Message}",
        OperationCanceledException => isTimeOut ? "given up: it didn't come in time" : "the tool left",
        _ => "the node doesn't answer: " + failure.Message,
    };

    // The operator's key by the environment, else whatever the tool has.
    private static string? KeyOf(HttpRequest request) => Environment.GetEnvironmentVariable("ASSAY_KEY") is { Length: > 0 } own ? own
        : request.Headers.Authorization.ToString() is var said && said.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? said["Bearer ".Length..].Trim()
        : null;

    // For finding out on the way; what decides is the receipt at the end.
    private async ValueTask<KeySet?> KeysAsync(AssayClient client, CancellationToken cancellation)
    {
        try
        {
            KeySet keys = _keys ??= await client.GetKeySetAsync(cancellation).ConfigureAwait(false);
            return checker.Accepts(keys) ? keys : null;
        }
        catch (NodeException)
        {
            return null;
        }
    }

    private async Task GetAsync(HttpContext context, string path)
    {
        try
        {
            byte[] body = await clients(KeyOf(context.Request)).GetAsync(path, context.RequestAborted).ConfigureAwait(false);
            context.Response.Headers[ProxyReply.CheckHeader] = "none";
            await JsonReply.WriteAsync(context, 200, body).ConfigureAwait(false);
        }
        catch (NodeException e)
        {
            await ProxyReply.RefusalAsync(context, e).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            await ProxyReply.ErrorAsync(context, 502, "proxy/unreachable", "The node doesn't answer.", retryAfter: 1).ConfigureAwait(false);
        }
    }
}
