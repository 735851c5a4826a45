namespace Assay.Upstream;

/// <summary>What a receipt may hold of an upstream's own words.</summary>
internal static class UpstreamWords
{
    private const int Longest = 256;

    /// <summary>The text, if it is up to 256 printable ASCII characters; else null.</summary>
    internal static string? Clean(string? text) => text is { Length: > 0 and <= Longest } && text.All(static c => c is >= ' ' and <= '~') ? text : null;
}
