namespace Assay.Cli.Bench;

/// <summary>One measured figure.</summary>
internal sealed record BenchFigure(string Name, double Value, string Unit);
