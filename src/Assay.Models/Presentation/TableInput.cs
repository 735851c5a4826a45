using System.Collections.Immutable;

namespace Assay.Models.Presentation;

/// <summary>Rows of a table; each is an item.</summary>
/// <param name="Tensor">The input's name.</param>
/// <param name="Features">The columns' names in the tensor's order.</param>
public sealed record TableInput(string Tensor, ImmutableArray<string> Features) : InputPresentation(Tensor);
