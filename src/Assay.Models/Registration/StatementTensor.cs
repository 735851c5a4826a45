using System.Collections.Immutable;

namespace Assay.Models.Registration;

/// <summary>An input or output of the program.</summary>
/// <param name="Name">As in the source file.</param>
/// <param name="Shape">Per item, without the batch.</param>
/// <param name="Lo">Smallest integer of its range.</param>
/// <param name="Hi">Largest integer of its range.</param>
public sealed record StatementTensor(string Name, ImmutableArray<int> Shape, int Lo, int Hi);
