using Assay.Primitives;

namespace Assay.Models.Hub;

/// <summary>A named model as a list or a search shows it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Id">What it means now.</param>
/// <param name="Kind"><c>exact</c> or <c>float</c>.</param>
/// <param name="Card">Its card; null if there is none.</param>
/// <param name="DeclaredUse">As its name has it.</param>
/// <param name="MinimumLevel">The least level that requests for this name may ask for; null for none.</param>
public sealed record HubEntry(string Name, ModelId Id, string Kind, ModelCard? Card, string? DeclaredUse, string? MinimumLevel)
{
    /// <summary>A model whose answers can be computed again.</summary>
    public const string Exact = "exact";

    /// <summary>A model that a float runtime runs.</summary>
    public const string Float = "float";
}
