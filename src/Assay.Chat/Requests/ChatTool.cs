using System.Text.Json;

namespace Assay.Chat;

/// <summary>A function that the model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for; null: not said.</param>
/// <param name="Parameters">The JSON schema of its arguments; null: it has none.</param>
/// <param name="IsStrict">Whether arguments must fit the schema.</param>
public sealed record ChatTool(string Name, string? Description, JsonElement? Parameters, bool IsStrict);
