using System.Net.Sockets;
using Assay.Files;
using Assay.Node.Errors;
using Assay.Node.Http;
using Assay.Node.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Node.Signing;

/// <summary>
/// A process that holds a node's private keys and signs for it, over a Unix socket in a folder that only its owner can enter:
/// whoever breaks into the node's HTTP side gets signatures over batch heads and checkpoints as long as it is in, but no key.
/// </summary>
public sealed class SignerHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly NodeKeys _keys;

    private SignerHost(WebApplication application, NodeKeys keys)
    {
        _application = application;
        _keys = keys;
    }

    /// <summary>Starts a signer.</summary>
    /// <param name="socket">The socket's path; its folder must be the owner's only, and is made if missing.</param>
    /// <param name="keys">The keys; disposed of with the signer.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="KeyException">Others could reach the socket, or another signer serves it.</exception>
    public static async Task<SignerHost> StartAsync(string socket, NodeKeys keys, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(keys);
        socket = Path.GetFullPath(socket);
        PrepareFolder(socket);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay-signer" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = SignerProtocol.MaximumBody;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.ListenUnixSocket(socket);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication application = builder.Build();
        Map(application, keys);
        SignerHost host = new(application, keys);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _keys.Dispose();
    }

    private static void Map(WebApplication application, NodeKeys keys)
    {
        string origin = keys.LogSigner.VerifierKey.Name;
        SignerRules rules = new(keys.ReceiptSigner.PublicKey, origin);
        application.MapGet(SignerProtocol.Keys, (HttpContext context) => JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("profile", SignerProtocol.Profile);
            json.WriteString("origin", origin);
            json.WriteString("receiptKey", Convert.ToHexStringLower(keys.ReceiptSigner.PublicKey.ToArray()));
            json.WriteString("logKey", Convert.ToHexStringLower(keys.LogSigner.VerifierKey.PublicKey));
            json.WriteEndObject();
        }));
        application.MapPost(SignerProtocol.SignBatch, (HttpContext context) => SignAsync(context, data => rules.RefuseExpired(data) is null ? null : rules.RefuseBatch(data), data =>
        {
            byte[] signature = new byte[SignerProtocol.SignatureLength];
            keys.ReceiptSigner.Sign(data, signature);
            return signature;
        }));
        application.MapPost(SignerProtocol.SignCheckpoint, (HttpContext context) => SignAsync(context, data => rules.RefuseCheckpoint(data),
            data => keys.LogSigner.Sign(System.Text.Encoding.UTF8.GetString(data)).Signatures[0].Signature.ToArray()));
    }

    private static async Task SignAsync(HttpContext context, Func<byte[], string?> refuse, Func<byte[], byte[]> sign)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        byte[] data = body.ToArray();
        if (refuse(data) is { } code)
        {
            await JsonReply.ErrorAsync(context, new NodeError(403, code, "This signer doesn't sign that.", "It signs batch heads, that evidence has expired, and checkpoints of its own log.")).ConfigureAwait(false);
            return;
        }

        byte[] signature = sign(data);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = signature.Length;
        await context.Response.Body.WriteAsync(signature, context.RequestAborted).ConfigureAwait(false);
    }

    private static void PrepareFolder(string socket)
    {
        string folder = Path.GetDirectoryName(socket)!;
        if (!Directory.Exists(folder))
        {
            OwnerOnlyFile.CreateDirectory(folder);
        }

        if (!OperatingSystem.IsWindows() && OwnerOnlyFile.IsTooOpen(File.GetUnixFileMode(folder)))
        {
            throw new KeyException(KeyFileErrors.Mode, $"{folder}: others than its owner could reach the signer's socket in it. Run 'chmod 700 {folder}', or choose another folder.");
        }

        if (!File.Exists(socket))
        {
            return;
        }

        // Left behind by a crash, or in use?
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(socket));
        }
        catch (SocketException)
        {
            File.Delete(socket);
            return;
        }

        throw new KeyException(NodeKeyErrors.Signer, $"{socket}: another signer answers there.");
    }
}
