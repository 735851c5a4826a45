using System.Globalization;
using System.Text;

namespace Assay.Testing;

/// <summary>A request to a <see cref="ScriptedServer"/>, and how it is answered.</summary>
/// <param name="Path">The request's path.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body.</param>
/// <param name="Stream">The connection.</param>
/// <param name="Stopping">The test ends.</param>
public sealed record ScriptedExchange(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, Stream Stream, CancellationToken Stopping)
{
    /// <summary>Whether the connection is closed after this answer.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Writes bytes as they are.</summary>
    public Task WriteAsync(string text) => Stream.WriteAsync(Encoding.UTF8.GetBytes(text), Stopping).AsTask();

    /// <summary>Writes a whole response.</summary>
    public Task AnswerAsync(int status, string body, string type = "application/json", params string[] headers) =>
        WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n{body}"));

    /// <summary>Begins a response whose end is that of the connection.</summary>
    public Task BeginAsync(string type = "text/event-stream", params string[] headers)
    {
        IsClosed = true;
        return WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n");
    }

    /// <summary>Writes a whole stream, one event for each text, and its end.</summary>
    public async Task StreamAsync(params string[] events)
    {
        string body = string.Concat(events.Select(static item => $"data: {item}\n\n")) + "data: [DONE]\n\n";
        await AnswerAsync(200, body, "text/event-stream", "x-request-id: req_1");
    }
}
