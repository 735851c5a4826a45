namespace Assay.Verification;

/// <summary>A parameter that changed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">Its raw text; null: it wasn't there.</param>
/// <param name="After">Its raw text; null: it isn't there.</param>
public sealed record MemberChange(string Name, string? Before, string? After);
