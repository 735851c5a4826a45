namespace Assay.Client;

/// <summary>Which offer is taken, or why none is.</summary>
/// <param name="Index">Its place among the offers; with an error, the one that came furthest, -1 if there was none.</param>
/// <param name="Token">Its token.</param>
/// <param name="Error">One of <see cref="PayErrors"/>; null if it is taken.</param>
internal readonly record struct OfferChoice(int Index, AllowedToken? Token, string? Error);
