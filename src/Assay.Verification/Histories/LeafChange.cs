namespace Assay.Verification;

/// <summary>What of a configuration differs from the one before.</summary>
/// <param name="Leaf">The leaf's name.</param>
/// <param name="Before">Its value; null: absent.</param>
/// <param name="After">Its value; null: absent.</param>
public sealed record LeafChange(string Leaf, string? Before, string? After)
{
    /// <summary>Which parameters differ, for the leaf that has them.</summary>
    public IReadOnlyList<MemberChange> Members { get; init; } = [];

    /// <summary>Which lines differ; null where the content isn't known, or there is too much of it. Empty: the same lines, spelt otherwise.</summary>
    public IReadOnlyList<DiffLine>? Lines { get; init; }
}
