namespace Assay.Ohttp;

/// <summary>A header field.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Value">Visible ASCII, spaces and tabs.</param>
public sealed record BinaryField(string Name, string Value);
