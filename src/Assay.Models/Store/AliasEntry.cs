using System.Text.Json.Serialization;

namespace Assay.Models.Store;

/// <summary>One line of an alias' history: from then on, the name means this model with these settings.</summary>
/// <param name="Sequence">1, 2, 3…</param>
/// <param name="At">Unix milliseconds, by the store's clock.</param>
/// <param name="ModelId">Lower-case hex.</param>
/// <param name="Statement">SHA-256 of the publisher's statement that was current, lower-case hex.</param>
/// <param name="MinimumLevel">The least level that requests for this name may ask for; null for none.</param>
/// <param name="DeclaredUse">What the model is for, as its publisher says ("decision", "entertainment"); null if unsaid.</param>
/// <param name="Card">SHA-256 of the card that goes with the name, lower-case hex; null for none, and in lines of earlier builds.</param>
public sealed record AliasEntry(
    [property: JsonPropertyName("seq")] long Sequence,
    [property: JsonPropertyName("at")] long At,
    [property: JsonPropertyName("model_id")] string ModelId,
    [property: JsonPropertyName("statement")] string Statement,
    [property: JsonPropertyName("minimum_level")] string? MinimumLevel,
    [property: JsonPropertyName("declared_use")] string? DeclaredUse,
    [property: JsonPropertyName("card")] string? Card = null)
{
    /// <summary>The alias.</summary>
    [JsonIgnore]
    public string Name { get; init; } = string.Empty;
}
