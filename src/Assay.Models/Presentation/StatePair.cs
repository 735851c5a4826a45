namespace Assay.Models.Presentation;

/// <summary>A recurrent model's memory: what comes out of one chunk goes into the next. It begins with zeros.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Output">The output's name; of the same shape.</param>
public sealed record StatePair(string Input, string Output);
