using System.Collections.Immutable;

namespace Assay.Models.Tasks.Measuring;

/// <summary>How well a package's model does its task, in float and as an exact program.</summary>
/// <param name="Task">As in model.json.</param>
/// <param name="Data">What it was measured on, in words.</param>
/// <param name="Figures">In the order to show them in.</param>
public sealed record TaskReport(string Task, string Data, ImmutableArray<TaskFigure> Figures)
{
    /// <summary>The figure of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TaskFigure this[string name] => Figures.FirstOrDefault(f => f.Name == name) ?? throw new ArgumentException($"There is no figure '{name}'.", nameof(name));
}
