using System.Reflection;

namespace Assay.Node;

/// <summary>The version of this software, for receipts and replies.</summary>
internal static class NodeVersion
{
    internal static string Text { get; } = typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>What the software calls itself towards attested hardware: name, version and commit.</summary>
    internal static string Build { get; } = "assay " + Text;
}
