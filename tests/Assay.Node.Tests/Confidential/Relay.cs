namespace Assay.Node.Tests.Confidential;

/// <summary>Whoever stands between a client and a node: sees everything that passes, and may change it.</summary>
internal sealed class Relay : DelegatingHandler
{
    internal Relay()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
    }

    internal List<(string Path, byte[] Request, byte[] Response)> Sent { get; } = [];

    /// <summary>Done to evidence on its way to the client.</summary>
    internal Func<byte[], byte[]> Evidence { get; init; } = static bytes => bytes;

    /// <summary>Done to encrypted questions.</summary>
    internal Func<byte[], byte[]> Question { get; init; } = static bytes => bytes;

    /// <summary>Done to encrypted answers that came with status 200.</summary>
    internal Func<byte[], byte[]> Answer { get; init; } = static bytes => bytes;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = [];
        if (request.Content is { } content)
        {
            body = await content.ReadAsByteArrayAsync(cancellationToken);
            System.Net.Http.Headers.MediaTypeHeaderValue? type = content.Headers.ContentType;
            request.Content = new ByteArrayContent(Question([.. body])) { Headers = { ContentType = type } };
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        string path = request.RequestUri!.AbsolutePath[1..];
        byte[] changed = !response.IsSuccessStatusCode ? answer : path.EndsWith("attestation", StringComparison.Ordinal) ? Evidence([.. answer]) : path.EndsWith("ohttp", StringComparison.Ordinal) ? Answer([.. answer]) : answer;
        Sent.Add((path, body, answer));
        System.Net.Http.Headers.MediaTypeHeaderValue? answered = response.Content.Headers.ContentType;
        response.Content = new ByteArrayContent(changed) { Headers = { ContentType = answered } };
        return response;
    }
}
