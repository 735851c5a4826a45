namespace Assay.Node.Keys;

/// <summary>A node's own keys can't be used. The message holds no part of a key or passphrase, and there is no inner exception that could.</summary>
public sealed class NodeKeyException(string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="NodeKeyErrors"/>.</summary>
    public string Code { get; } = code;
}
