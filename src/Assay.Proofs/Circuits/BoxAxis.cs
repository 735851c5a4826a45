namespace Assay.Proofs.Circuits;

/// <summary>How one axis of an identity's box is weighted: <c>e[i] = eq(pool, i)</c>; or, for channels in groups,
/// <c>e[g*M + j] = eq(G, g) * eq(J, j)</c>.</summary>
/// <param name="Length">Of the axis.</param>
/// <param name="Pool">The pool; <see cref="Pool.J"/> for channels in groups.</param>
/// <param name="Groups">Groups of channels: divides the length; 1 unless the pool is J.</param>
public sealed record BoxAxis(int Length, Pool Pool, int Groups = 1);
