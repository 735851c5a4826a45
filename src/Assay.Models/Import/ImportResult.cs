using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import;

/// <summary>A float graph, or at least one error.</summary>
public sealed class ImportResult
{
    private ImportResult(FloatGraph? graph, ImmutableArray<ImportError> errors)
    {
        Graph = graph;
        Errors = errors;
    }

    /// <summary>The graph; null if there are errors.</summary>
    public FloatGraph? Graph { get; }

    /// <summary>All that was found wrong, in the file's order; empty if there is a graph.</summary>
    public ImmutableArray<ImportError> Errors { get; }

    internal static ImportResult Of(FloatGraph graph) => new(graph, []);

    internal static ImportResult Failed(params ImmutableArray<ImportError> errors) => new(null, errors);
}
