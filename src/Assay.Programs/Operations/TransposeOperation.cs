using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>The axes in another order: axis i of the result is axis <c>Permutation[i]</c> of the operand.</summary>
/// <param name="X">Operand.</param>
/// <param name="Permutation">Each axis of the operand once.</param>
/// <param name="Result">The operand's lengths in the new order; its range.</param>
public sealed record TransposeOperation(int X, ImmutableArray<int> Permutation, TensorType Result) : Operation(Result);
