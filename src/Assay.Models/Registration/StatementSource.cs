namespace Assay.Models.Registration;

/// <summary>The file that was compiled.</summary>
/// <param name="Format">"onnx".</param>
/// <param name="Sha256">Digest of the file's bytes, lower-case hex.</param>
/// <param name="Bytes">Its length.</param>
public sealed record StatementSource(string Format, string Sha256, long Bytes);
