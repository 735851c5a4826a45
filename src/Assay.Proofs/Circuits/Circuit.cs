using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Proofs.Circuits;

/// <summary>A program for a number of runs as columns, lookups, identities and inner products (spec, sections 4 and 5).</summary>
/// <param name="Program">The program.</param>
/// <param name="Batch">Runs, 1 or more.</param>
/// <param name="LimbBits">Bits of a remainder's limb.</param>
/// <param name="Columns">The values' columns, then one of multiplicities for each table.</param>
/// <param name="Tables">Table i has tag i + 1.</param>
/// <param name="Inputs">The column of each input of the program.</param>
/// <param name="Items">Lookups.</param>
/// <param name="Identities">Sums that are zero.</param>
/// <param name="Instances">Inner products.</param>
/// <param name="Matrices">In the order of their instances.</param>
/// <param name="Outputs">The column of each output.</param>
public sealed record Circuit(
    ExactProgram Program,
    int Batch,
    int LimbBits,
    ImmutableArray<Column> Columns,
    ImmutableArray<ProofTable> Tables,
    ImmutableArray<LookupItem> Items,
    ImmutableArray<Identity> Identities,
    ImmutableArray<Instance> Instances,
    ImmutableArray<WeightMatrix> Matrices,
    ImmutableArray<int> Inputs,
    ImmutableArray<int> Outputs)
{
    /// <summary>How the columns are filled from the inputs, in the order in which it can be done; says nothing about what is proved.</summary>
    public ImmutableArray<WitnessStep> Steps { get; init; } = [];

    /// <summary>The column of a table's multiplicities.</summary>
    public Column Multiplicities(int table) => Columns[Columns.Length - Tables.Length + table];
}
