using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>A table by content. Entry 0 belongs to the lowest value of the operand's range (for a softmax: to the distance 0).</summary>
public sealed record LookupTable(ImmutableArray<short> Values);
