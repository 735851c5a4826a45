using System.Collections.Immutable;

namespace Assay.Models.Presentation;

/// <summary>Numbers with names.</summary>
/// <param name="Tensor">The output's name.</param>
/// <param name="Names">Their names in the tensor's order.</param>
public sealed record NumbersOutput(string Tensor, ImmutableArray<string> Names) : OutputPresentation;
