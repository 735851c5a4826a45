using System.Net.Sockets;
using Assay.Files;
using Assay.Node.Keys;

namespace Assay.Node.Signing;

/// <summary>A node's connection to its signer. Blocking, as signing is: the issuer's and the integrator's threads wait for it.</summary>
internal sealed class SignerConnection : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient _http;
    private readonly string _socket;

    internal SignerConnection(string socket)
    {
        _socket = socket;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = (_, _) =>
            {
                Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    connection.Connect(new UnixDomainSocketEndPoint(socket));
                    return ValueTask.FromResult<Stream>(new NetworkStream(connection, ownsSocket: true));
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://signer/"),
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = SignerProtocol.MaximumBody,
        };
    }

    /// <summary>The signer's description of its keys.</summary>
    internal byte[] GetKeys() => Send(HttpMethod.Get, SignerProtocol.Keys, null);

    /// <summary>64 bytes of signature.</summary>
    /// <exception cref="KeyException">The signer isn't there, refuses, or answers something else.</exception>
    internal byte[] Sign(string path, ReadOnlySpan<byte> data)
    {
        byte[] signature = Send(HttpMethod.Post, path, data.ToArray());
        return signature.Length == SignerProtocol.SignatureLength ? signature : throw new KeyException(NodeKeyErrors.Signer, $"The signer at {_socket} answered no signature.");
    }

    public void Dispose() => _http.Dispose();

    // Asking again is harmless: a signature over the same bytes says the same. A signer that is being restarted is waited for.
    private byte[] Send(HttpMethod method, string path, byte[]? body)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using HttpRequestMessage request = new(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
                using HttpResponseMessage response = _http.Send(request);
                using Stream stream = response.Content.ReadAsStream();
                using MemoryStream read = new();
                stream.CopyTo(read);
                return response.IsSuccessStatusCode
                    ? read.ToArray()
                    : throw new KeyException(NodeKeyErrors.Signer, $"The signer at {_socket} refuses {path} ({(int)response.StatusCode}).");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                if (attempt == Attempts)
                {
                    throw new KeyException(NodeKeyErrors.Signer, $"The signer at {_socket} doesn't answer: {e.Message}");
                }

                Thread.Sleep(Pause);
            }
        }
    }
}
