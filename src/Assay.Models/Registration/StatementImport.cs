using System.Collections.Immutable;

namespace Assay.Models.Registration;

/// <summary>What an ONNX file left open and the publisher chose.</summary>
/// <param name="Shapes">"auto", "batch" or "literal".</param>
/// <param name="Dimensions">Sizes of symbolic dimensions, by name.</param>
/// <param name="Bound">Inputs bound to constants, by name.</param>
public sealed record StatementImport(string Shapes, ImmutableSortedDictionary<string, int> Dimensions, ImmutableSortedDictionary<string, ImmutableArray<double>> Bound);
