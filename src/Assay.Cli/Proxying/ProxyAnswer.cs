using System.Buffers;
using System.Security.Cryptography;
using Assay.Client;
using Assay.Node.Http;
using Microsoft.AspNetCore.Http;

namespace Assay.Cli.Proxying;

/// <summary>
/// Gives one answer to a tool: all of it once it is checked, or, if the operator of the proxy wants that, the text of a stream as it comes and its end once it is checked.
/// Of a stream only events are handed on, framed anew: whatever else stood in what came isn't in its transcript, so nothing speaks for it.
/// </summary>
internal sealed class ProxyAnswer(HttpContext context, ChatCall call, ProxyOptions options, TimeProvider time)
{
    // For the last event to leave before the connection is cut.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(100);

    // A stream of the longest answer isn't in memory once more.
    private const int FlushAfter = 64 * 1024;

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
                await JsonReply.WriteAsync(context, 200, found.Exchange.Answer).ConfigureAwait(false);
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
        await WriteEventsAsync(found.Exchange.Answer, cancellation).ConfigureAwait(false);
    }

    private async Task ProvisionalAsync(Func<Task<CheckedChat>> check, CancellationToken cancellation)
    {
        Begin("provisional");
        using IncrementalHash shown = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool isEnd = false;
        await foreach (ChatStreamLine line in call.ReadAsync(cancellation).ConfigureAwait(false))
        {
            // Some tools take any error for the end of a stream, and some take the end for granted: that is what waits.
            isEnd |= line.IsDone;
            if (!isEnd && line.Data is { } data)
            {
                Append(shown, data.Span);
                Frame(data.Span);
                await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
            }
            else if (!isEnd && line.IsComment)
            {
                // A tool may wait for any sign of life; what the comment says is nobody's signed word.
                await WriteAsync(":\n\n"u8.ToArray(), cancellation).ConfigureAwait(false);
            }
        }

        CheckedChat found = await check().ConfigureAwait(false);
        Append(shown, Done);
        if (!shown.GetHashAndReset().AsSpan().SequenceEqual(SHA256.HashData(found.Exchange.Answer.Span)))
        {
            throw ChatShortfallException.Of(ChatClientCodes.ProvisionalDiffers, "The answer isn't released: the events that were handed on as they came aren't those that were checked.", found);
        }

        Frame(Done);
        await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    private static void Append(IncrementalHash shown, ReadOnlySpan<byte> data)
    {
        shown.AppendData(data);
        shown.AppendData("\n"u8);
    }

    private async Task WriteEventsAsync(ReadOnlyMemory<byte> transcript, CancellationToken cancellation)
    {
        int begin = 0, unsent = 0;
        while (begin < transcript.Length)
        {
            int length = transcript.Span[begin..].IndexOf((byte)'\n');
            Frame(transcript.Span.Slice(begin, length));
            begin += length + 1;
            unsent += length;
            if (unsent >= FlushAfter)
            {
                unsent = 0;
                await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }

        await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private void Frame(ReadOnlySpan<byte> data)
    {
        context.Response.BodyWriter.Write("data: "u8);
        context.Response.BodyWriter.Write(data);
        context.Response.BodyWriter.Write("\n\n"u8);
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
