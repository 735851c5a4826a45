namespace Assay.Models.Hub;

/// <summary>A part of what was found.</summary>
/// <param name="Entries">In order of their names.</param>
/// <param name="Next">The name after which the next page begins; null if there is none.</param>
public sealed record HubPage(IReadOnlyList<HubEntry> Entries, string? Next);
