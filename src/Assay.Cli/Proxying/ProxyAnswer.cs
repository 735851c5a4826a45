using System.Buffers;
using Assay.Client;
using Assay.Node.Http;
using Microsoft.AspNetCore.Http;

namespace Assay.Cli.Proxying;

/// <summary>Gives one answer to a tool: all of it once it is checked, or, if the operator of the proxy wants that, the text of a stream as it comes and its end once it is checked.</summary>
internal sealed class ProxyAnswer(HttpContext context, ChatCall call, ProxyOptions options, TimeProvider time)
{
    // For the last event to leave before the connection is cut.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(100);

    private readonly ArrayBufferWriter<byte> _end = new();

    /// <summary>Answers.</summary>
    /// <param name="check">Reads what is left, and throws unless everything that is required is met.</param>
    /// <param name="failed">Is told why it isn't given out, or not to its end.</param>
    /// <param name="cancellation">The tool has left, or it takes too long.</param>
    internal async Task RunAsync(Func<Task<CheckedChat>> check, Action<Exception> failed, CancellationToken cancellation)
    {
        try
        {
            if (!call.IsStream)
            {
                CheckedChat found = await check().ConfigureAwait(false);
                context.Response.Headers[ProxyReply.CheckHeader] = "done";
                await JsonReply.WriteAsync(context, 200, found.Exchange.Received).ConfigureAwait(false);
            }
            else if (options.Provisional)
            {
                await ProvisionalAsync(check, cancellation).ConfigureAwait(false);
            }
            else
            {
                await HeldAsync(check, cancellation).ConfigureAwait(false);
            }
        }
        catch (ChatShortfallException e)
        {
            failed(e);
            await FailAsync(502, ProxyReply.NotMet, e.Message, e.Reason).ConfigureAwait(false);
        }
        catch (Exception e) when (context.Response.HasStarted && e is NodeException or HttpRequestException or IOException or OperationCanceledException)
        {
            failed(e);
            await FailAsync(502, e is NodeException refusal ? refusal.Code : e is OperationCanceledException ? "proxy/time-out" : "proxy/unreachable", "The answer couldn't be checked, and doesn't count.", null).ConfigureAwait(false);
        }
    }

    // Nothing of the answer leaves before it is checked. Comments keep the tool from hanging up, which needs the status before anything is known.
    private async Task HeldAsync(Func<Task<CheckedChat>> check, CancellationToken cancellation)
    {
        Task<CheckedChat> checking = check();
        while (await Task.WhenAny(checking, Task.Delay(options.KeepAlive, time, cancellation)).ConfigureAwait(false) != checking && !cancellation.IsCancellationRequested)
        {
            // Not cancelled here: the check is, and says so.
            Begin("pending");
            await WriteAsync(": assay-proxy is waiting for the whole answer, to check it\n\n"u8.ToArray(), CancellationToken.None).ConfigureAwait(false);
        }

        CheckedChat found = await checking.ConfigureAwait(false);
        Begin("done");
        await WriteAsync(found.Exchange.Received, cancellation).ConfigureAwait(false);
    }

    private async Task ProvisionalAsync(Func<Task<CheckedChat>> check, CancellationToken cancellation)
    {
        Begin("provisional");
        bool isEnd = false;
        await foreach (ChatStreamLine line in call.ReadAsync(cancellation).ConfigureAwait(false))
        {
            // Some tools take any error for the end of a stream, and some take the end for granted: that is what waits.
            isEnd |= line.IsDone;
            if (isEnd)
            {
                _end.Write(line.Raw.Span);
            }
            else
            {
                await WriteAsync(line.Raw, cancellation).ConfigureAwait(false);
            }
        }

        await check().ConfigureAwait(false);
        await WriteAsync(_end.WrittenMemory, cancellation).ConfigureAwait(false);
    }

    private void Begin(string state)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-cache, no-store";
            context.Response.Headers[ProxyReply.CheckHeader] = state;
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await context.Response.BodyWriter.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private async Task FailAsync(int status, string code, string message, string? reason)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Remove(ProxyReply.CheckHeader);
            await ProxyReply.ErrorAsync(context, status, code, message, reason, call.ReceiptId.ToString()).ConfigureAwait(false);
            return;
        }

        // A quiet end would pass for a whole answer with some clients: an event says it, and the connection breaks.
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
            byte[] error = ProxyReply.Error(status, code, message, reason, call.ReceiptId.ToString());
            await WriteAsync((byte[])[.. "\ndata: "u8, .. error, .. "\n\n"u8], limit.Token).ConfigureAwait(false);
            await Task.Delay(Parting, time, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody takes it.
        }

        context.Abort();
    }
}
