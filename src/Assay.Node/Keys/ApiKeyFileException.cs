namespace Assay.Node.Keys;

/// <summary>A node can't start with this key file, or a command can't change it.</summary>
public sealed class ApiKeyFileException(string code, string path, string detail) : Exception($"{path}: {detail}")
{
    /// <summary>One of <see cref="ApiKeyFileErrors"/>.</summary>
    public string Code { get; } = code;
}
