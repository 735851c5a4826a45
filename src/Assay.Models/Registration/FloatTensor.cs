using System.Collections.Immutable;

namespace Assay.Models.Registration;

/// <summary>An input or output of a float model.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="ElementType"><c>float32</c> or <c>int64</c>; requests and answers carry both as FP32.</param>
/// <param name="Shape">All dimensions, the batch too if there is one; -1 where the file fixes none.</param>
public sealed record FloatTensor(string Name, string ElementType, ImmutableArray<int> Shape);
