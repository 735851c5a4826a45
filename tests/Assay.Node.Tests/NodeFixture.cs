using Assay.Client;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests;

/// <summary>A real node on a free loopback port, in a folder that goes away with it.</summary>
internal sealed class NodeFixture : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly bool _keepFolder;

    private NodeFixture(NodeHost host, string folder, bool keepFolder, TimeProvider time)
    {
        Host = host;
        Folder = folder;
        _keepFolder = keepFolder;
        Client = new AssayClient(_http, host.Address, time);
        Trust = TrustFile.TryParse(System.Text.Encoding.UTF8.GetBytes(host.Identity.TrustText), out _, out _)!;
    }

    internal NodeHost Host { get; }

    internal string Folder { get; }

    internal AssayClient Client { get; }

    internal HttpClient Http => _http;

    internal TrustFile Trust { get; }

    internal static async Task<NodeFixture> StartAsync(IEnumerable<ServedModel>? models = null, VerificationLevel? defaultLevel = null, string? keyFile = null, string? folder = null, Action<Microsoft.AspNetCore.Builder.WebApplication>? before = null, Func<NodeOptions, NodeOptions>? options = null, IReadOnlyList<Assay.Node.Releasing.IEvidenceSource>? evidence = null, Assay.Node.Attesting.IAttester? attester = null, Assay.Attestation.TrustAnchors? anchors = null, TimeProvider? time = null, Assay.Node.Paying.PaymentParts? paying = null, Assay.Node.Chatting.ChatCatalog? chat = null)
    {
        bool keep = folder is not null;
        folder ??= Directory.CreateTempSubdirectory("assay-node-").FullName;
        try
        {
            NodeOptions settings = new() { Folder = folder, Url = "http://127.0.0.1:0", Origin = "test.example/log", DefaultLevel = defaultLevel, KeyFile = keyFile, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
            settings = options?.Invoke(settings) ?? settings;
            NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, settings.Origin, (time ?? TimeProvider.System).GetUtcNow());
            NodeHost host = await NodeHost.StartAsync(settings, identity, new ModelCatalog(models ?? [TestModels.Serve()]), time ?? TimeProvider.System, before ?? (static _ => { }), CancellationToken.None, evidence: evidence, attester: attester, anchors: anchors, paying: paying, chat: chat);
            return new NodeFixture(host, folder, keep, time ?? TimeProvider.System);
        }
        catch when (!keep)
        {
            // A node that a test wants refused leaves nothing behind either.
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    internal static TensorValue Input(params float[] values) => TensorValue.Create("x", [values.Length / 2, 2], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    internal async Task<(int Status, string Body, HttpResponseMessage Response)> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, new Uri(Host.Address, path));
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Host.DisposeAsync();
        if (!_keepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
