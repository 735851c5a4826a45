using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>The tuple of the expressions is a row of a table, at every position of a box.</summary>
/// <param name="Dims">Lengths of the box.</param>
/// <param name="TableAxis">The axis that says which table, or -1 if it is one for all positions.</param>
/// <param name="Tables">Indices of tables: one, or one for each position of <paramref name="TableAxis"/>.</param>
/// <param name="Expressions">1 to 3: the tuple; what isn't given is 0.</param>
public sealed record LookupItem(
    ImmutableArray<int> Dims, int TableAxis, ImmutableArray<int> Tables, ImmutableArray<Expression> Expressions);
