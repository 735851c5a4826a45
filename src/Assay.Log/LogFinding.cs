namespace Assay.Log;

/// <summary>Something wrong with a log's folder.</summary>
/// <param name="Code">One of <see cref="LogErrors"/>.</param>
/// <param name="Subject">The file, relative to the log's folder, or the row that it is about.</param>
/// <param name="Detail">The problem in words.</param>
public sealed record LogFinding(string Code, string Subject, string Detail);
