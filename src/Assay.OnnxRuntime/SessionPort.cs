using System.Collections.Immutable;

namespace Assay.OnnxRuntime;

/// <summary>An input or output of a session.</summary>
/// <param name="Name">1 to 256 bytes of UTF-8.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">At most 8 dimensions, each at least 1, or -1 where the file fixes none.</param>
public sealed record SessionPort(string Name, ElementType Type, ImmutableArray<int> Shape);
