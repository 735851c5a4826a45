namespace Assay.Programs;

/// <summary>An output and how its integers become binary32: <c>binary32(binary64(q) * scale)</c>.</summary>
/// <param name="Name">1 to 256 bytes of UTF-8, unique among the outputs.</param>
/// <param name="Value">Number of the value that is handed out.</param>
/// <param name="Scale">From 2^-126 to 2^111, so that no result is infinite, subnormal or a negative zero.</param>
public sealed record ProgramOutput(string Name, int Value, double Scale);
