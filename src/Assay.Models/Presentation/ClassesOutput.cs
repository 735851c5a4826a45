using System.Collections.Immutable;

namespace Assay.Models.Presentation;

/// <summary>A score for each class; the largest is the answer.</summary>
/// <param name="Tensor">The output's name.</param>
/// <param name="Labels">The classes in the tensor's order.</param>
public sealed record ClassesOutput(string Tensor, ImmutableArray<string> Labels) : OutputPresentation;
