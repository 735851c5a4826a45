using Assay.Client;

namespace Assay.Cli.Commands;

/// <summary>Connections to nodes.</summary>
internal static class Nodes
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(100) };

    internal static readonly Uri Default = new("http://127.0.0.1:8080");

    /// <summary>A client of a node; the API key comes from ASSAY_KEY, so that it stands in no command line.</summary>
    internal static AssayClient Client(Uri node) => new(Http, node, TimeProvider.System) { ApiKey = Environment.GetEnvironmentVariable("ASSAY_KEY") };
}
