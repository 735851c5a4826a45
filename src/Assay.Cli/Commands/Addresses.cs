using Assay.Cli.Console;

namespace Assay.Cli.Commands;

/// <summary>Addresses that witnesses and peers listen on.</summary>
internal static class Addresses
{
    internal static string Check(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttp && uri.PathAndQuery == "/" && !url.Contains(';', StringComparison.Ordinal)
            ? url
            : throw CliException.Usage($"--url '{url}' isn't one http:// address without a path; TLS is terminated in front of this process");
}
