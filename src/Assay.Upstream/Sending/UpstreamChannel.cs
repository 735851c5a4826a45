using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>Sends requests to one server: HTTP/1.1, no redirects, no proxies, no cookies, nothing unpacked, the system's validation of certificates.</summary>
internal sealed class UpstreamChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly UpstreamServer _server;

    internal UpstreamChannel(UpstreamServer server, UpstreamOptions options)
    {
        _server = server;
        Origin = server.Address.GetLeftPart(UriPartial.Authority);
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = options.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // What nobody reads any more stops the work there.
            ResponseDrainTimeout = TimeSpan.FromSeconds(0.25),

            // Whose request it is says nothing of the caller's.
            ActivityHeadersPropagator = null,
            PlaintextStreamFilter = static (context, _) => ValueTask.FromResult<Stream>(new WatchedStream(context.PlaintextStream, CertificateOf(context.PlaintextStream))),
        };
        if (options.Authorities is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Scheme, host and port.</summary>
    internal string Origin { get; }

    internal string Model => _server.Model;

    /// <summary>Sends; the response's body isn't read yet.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="body">The body.</param>
    /// <param name="note">Gets the certificate.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ChatBackendException">The key can't be sent.</exception>
    internal async Task<HttpResponseMessage> SendAsync(ChatKind kind, ReadOnlyMemory<byte> body, CertificateNote note, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_server.Address.AbsoluteUri.TrimEnd('/') + "/" + UpstreamBody.PathOf(kind)))
        {
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.TryAddWithoutValidation("Accept", kind == ChatKind.Embedding ? "application/json" : "text/event-stream");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Headers.TryAddWithoutValidation("User-Agent", "assay");
        if (_server.Key?.Invoke() is { } key)
        {
            if (key.Length is 0 or > 4096 || key.Any(static c => c is <= ' ' or > '~'))
            {
                throw new ChatBackendException(UpstreamCodes.Refused, "The key for the server behind this model can't be sent; the operator must mend it.") { IsFinal = true };
            }

            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        WatchedStream.Note.Value = note;
        try
        {
            return await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            WatchedStream.Note.Value = null;
        }
    }

    public void Dispose() => _http.Dispose();

    private static Digest32? CertificateOf(Stream stream) =>
        stream is SslStream { RemoteCertificate: { } leaf } ? Digest32.From(SHA256.HashData(leaf.GetRawCertData())) : null;
}
