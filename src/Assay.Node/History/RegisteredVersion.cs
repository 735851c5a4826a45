using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>A version of a prompt or of a tool set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">1, 2, 3…</param>
/// <param name="Digest">Of the content in its canonical spelling.</param>
/// <param name="Created">When it was registered, Unix milliseconds.</param>
/// <param name="Content">JSON as it was sent; empty where only the rest was asked for.</param>
internal sealed record RegisteredVersion(string Name, int Version, Digest32 Digest, long Created, byte[] Content)
{
    /// <summary>As it is shown: <c>NAME@V</c>.</summary>
    internal string Label => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}@{Version}");
}
