using System.Globalization;
using System.Net;
using System.Text;
using Assay.Testing;

namespace Assay.Cli.Tests.Proxying;

/// <summary>Stands between a caller and a node, on the wire: hands everything on, streams line by line, and lies where a test wants it to.</summary>
internal sealed class LyingGateway : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly Uri _node;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private int _posts;

    internal LyingGateway(Uri node)
    {
        _node = node;
        _server = new ScriptedServer(AnswerAsync);
    }

    internal Uri Address => new(_server.Address, "/");

    /// <summary>What it makes of a question's body.</summary>
    internal Func<string, string> Ask { get; set; } = static body => body;

    /// <summary>What it makes of an answer's body, or of each line of a stream; null: it hangs up there.</summary>
    internal Func<string, string?> Answer { get; set; } = static text => text;

    /// <summary>What it makes of the answer's headers.</summary>
    internal Func<string, string, string?> Header { get; set; } = static (_, value) => value;

    /// <summary>Which path it asks for in place of a GET's.</summary>
    internal Func<string, string> Path { get; set; } = static path => path;

    /// <summary>Which GETs it hangs up on, without a word.</summary>
    internal Func<string, bool> Drops { get; set; } = static _ => false;

    /// <summary>What it says to a GET itself, by its path; null: what the node says.</summary>
    internal Func<string, string?> Says { get; set; } = static _ => null;

    /// <summary>How many questions it was asked.</summary>
    internal int Posts => _posts;

    /// <summary>The secret with which it asks for bundles, in place of the caller's.</summary>
    internal string? Secret { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(ScriptedExchange exchange)
    {
        bool isGet = exchange.Body.Length == 0;
        if (isGet && Drops(exchange.Path))
        {
            exchange.IsClosed = true;
            return;
        }

        if (isGet && Says(exchange.Path) is { } own)
        {
            await exchange.AnswerAsync(200, own);
            return;
        }

        _posts += isGet ? 0 : 1;
        using HttpRequestMessage request = new(isGet ? HttpMethod.Get : HttpMethod.Post, new Uri(_node, isGet ? Path(exchange.Path) : exchange.Path));
        if (!isGet)
        {
            request.Content = new StringContent(Ask(Encoding.UTF8.GetString(exchange.Body)), Encoding.UTF8, "application/json");
        }

        foreach (string name in new[] { "Authorization", "Assay-Verification", "Assay-Receipt-Secret" })
        {
            if (exchange.Headers.TryGetValue(name, out string? value))
            {
                request.Headers.TryAddWithoutValidation(name, name == "Assay-Receipt-Secret" && Secret is not null ? Secret : value);
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, exchange.Stopping);
        string type = response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        string[] headers = [.. response.Headers.Where(static header => header.Key.StartsWith("Assay-", StringComparison.OrdinalIgnoreCase) || header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
            .Select(header => (header.Key, Value: Header(header.Key, header.Value.First()))).Where(static header => header.Value is not null).Select(static header => $"{header.Key}: {header.Value}")];
        if (type.StartsWith("text/event-stream", StringComparison.Ordinal))
        {
            await exchange.BeginAsync(type, headers);
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync(exchange.Stopping));
            while (await reader.ReadLineAsync(exchange.Stopping) is { } line && Answer(line) is { } said)
            {
                await exchange.WriteAsync(said + "\n");
            }

            return;
        }

        byte[] body = await response.Content.ReadAsByteArrayAsync(exchange.Stopping);
        if (!isGet && response.StatusCode == HttpStatusCode.OK)
        {
            body = Encoding.UTF8.GetBytes(Answer(Encoding.UTF8.GetString(body)) ?? "");
        }

        await exchange.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)response.StatusCode} X\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n"));
        await exchange.Stream.WriteAsync(body, exchange.Stopping);
    }
}
