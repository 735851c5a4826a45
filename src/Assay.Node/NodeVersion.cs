using System.Reflection;

namespace Assay.Node;

/// <summary>The version of this software, for receipts and replies.</summary>
internal static class NodeVersion
{
    internal static string Text { get; } = typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
