using Assay.Models.Store;

namespace Assay.Models.Hub;

/// <summary>An entry of a name's history with what it changed.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Changes">In words, at least one clause.</param>
public sealed record AliasEvent(AliasEntry Entry, IReadOnlyList<string> Changes);
