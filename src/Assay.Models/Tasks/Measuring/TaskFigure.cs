namespace Assay.Models.Tasks.Measuring;

/// <summary>One figure of a <see cref="TaskReport"/>.</summary>
/// <param name="Name">In words.</param>
/// <param name="Float">Of the float model; null for what compares the two.</param>
/// <param name="Exact">Of the exact program, or of the two together.</param>
public sealed record TaskFigure(string Name, double? Float, double Exact);
