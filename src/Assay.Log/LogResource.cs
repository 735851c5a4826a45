namespace Assay.Log;

/// <summary>A file of the log as served over HTTP (C2SP tlog-tiles).</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="IsImmutable">Whether it never changes and may be cached for ever; the checkpoint may not.</param>
public sealed record LogResource(byte[] Content, string ContentType, bool IsImmutable);
