using System.Net;
using System.Text;

namespace Assay.Extensions.AI.Tests;

/// <summary>Whoever sits between a client and a node: sees the bytes, and may change them.</summary>
internal sealed class Gateway : DelegatingHandler
{
    internal Gateway()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>What it makes of a question's body.</summary>
    internal Func<string, string> Ask { get; init; } = static body => body;

    /// <summary>What it makes of an answer's body.</summary>
    internal Func<string, string> Answer { get; init; } = static body => body;

    /// <summary>What it makes of the whole reply to a question.</summary>
    internal Action<HttpResponseMessage> Reply { get; init; } = static _ => { };

    /// <summary>What it makes of bundles.</summary>
    internal Func<byte[], byte[]> Bundle { get; init; } = static bytes => bytes;

    /// <summary>Which bundle it fetches in place of the one that was asked for.</summary>
    internal Func<HttpRequestMessage, HttpRequestMessage> Fetch { get; init; } = static request => request;

    internal List<string> Asked { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            HttpResponseMessage fetched = await base.SendAsync(Fetch(request), cancellationToken);
            if (request.RequestUri!.AbsolutePath.EndsWith("/bundle", StringComparison.Ordinal))
            {
                fetched.Content = new ByteArrayContent(Bundle(await fetched.Content.ReadAsByteArrayAsync(cancellationToken)));
            }

            return fetched;
        }

        string body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Asked.Add(body);
        request.Content = new StringContent(Ask(body), Encoding.UTF8, "application/json");
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            string type = response.Content.Headers.ContentType!.MediaType!;
            string answer = await response.Content.ReadAsStringAsync(cancellationToken);
            response.Content = new StringContent(Answer(answer), Encoding.UTF8, type);
            Reply(response);
        }

        return response;
    }
}
