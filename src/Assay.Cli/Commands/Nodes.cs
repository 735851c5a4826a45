using System.CommandLine;
using Assay.Cli.Console;
using Assay.Cli.Paying;
using Assay.Client;

namespace Assay.Cli.Commands;

/// <summary>Connections to nodes.</summary>
internal static class Nodes
{
    // A node may be hostile: replies are bounded in size and time, and nobody is sent elsewhere with the inputs.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(100), MaxResponseContentBufferSize = 256 << 20 };

    /// <summary><c>--node</c>, by default the address that <c>assay serve</c> binds by default.</summary>
    internal static Option<Uri> Option() => new("--node")
    {
        Description = "The node's address; default http://127.0.0.1:8080.",
        DefaultValueFactory = static _ => new Uri("http://127.0.0.1:8080"),
        CustomParser = static result => Parse(result.Tokens[0].Value),
    };

    internal static Uri Parse(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https")
        ? uri
        : throw CliException.Usage($"--node '{text}' isn't an http address.", "For example http://127.0.0.1:8080");

    /// <summary>A client of a node; the API key comes from ASSAY_KEY, so that it stands in no command line.</summary>
    internal static AssayClient Client(Uri node) => new(Http, node, TimeProvider.System) { ApiKey = Environment.GetEnvironmentVariable("ASSAY_KEY") };

    // Answers come word by word, for minutes: what may take how long is each command's.
    private static readonly HttpClient Patient = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = TimeSpan.FromDays(1),
        MaxResponseContentBufferSize = 256 << 20,
    };

    /// <summary>Connections for chats, which pay where a node asks, if there is a purse.</summary>
    internal static HttpClient PatientOf(Purse? purse) => purse is null ? Patient : new HttpClient(purse.Handler(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }))
    {
        Timeout = Patient.Timeout,
        MaxResponseContentBufferSize = Patient.MaxResponseContentBufferSize,
    };

    /// <summary>A client for chats.</summary>
    /// <param name="http">Of <see cref="PatientOf"/>.</param>
    /// <param name="node">The node.</param>
    /// <param name="key">An API key's secret; null: that of ASSAY_KEY, if any.</param>
    internal static AssayClient Chat(HttpClient http, Uri node, string? key = null) => new(http, node, TimeProvider.System) { ApiKey = key ?? Environment.GetEnvironmentVariable("ASSAY_KEY") };

    /// <summary>A client that pays where a node asks.</summary>
    internal static AssayClient Paying(Uri node, Purse purse) => Over(node, purse.Handler(new SocketsHttpHandler { AllowAutoRedirect = false }));

    /// <summary>A client that sends questions encrypted, to hardware that the caller's own policy accepts; and its handler, which knows what that said.</summary>
    internal static (AssayClient Client, ConfidentialHandler Handler) Confidential(Uri node, ConfidentialOptions options)
    {
        ConfidentialHandler handler = new(new SocketsHttpHandler { AllowAutoRedirect = false }, node, options, TimeProvider.System);
        return (Over(node, handler), handler);
    }

    private static AssayClient Over(Uri node, HttpMessageHandler handler)
    {
        HttpClient http = new(handler) { Timeout = TimeSpan.FromSeconds(100), MaxResponseContentBufferSize = 256 << 20 };
        return new AssayClient(http, node, TimeProvider.System) { ApiKey = Environment.GetEnvironmentVariable("ASSAY_KEY") };
    }
}
