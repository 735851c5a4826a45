namespace Assay.Chat;

/// <summary>One part of an application's configuration: a leaf of its receipts, or what counts of it.</summary>
/// <param name="Name">The leaf's name; of <c>parties.gateway</c> also the member's.</param>
/// <param name="Text">Its value as text, a digest in hex, a list as JSON; null: absent, or not shown.</param>
/// <param name="IsShown">Whether it is disclosed, and could be read.</param>
public sealed record ConfigurationLeaf(string Name, string? Text, bool IsShown = true);
