using System.Numerics;

namespace Assay.Programs;

/// <summary>
/// A number that is known exactly (or exactly isn't a number), or one that lies between two bounds, which are multiples of
/// 2^-bits of the <see cref="RealArithmetic"/> it belongs to; a missing bound is infinite.
/// </summary>
/// <param name="Exact">The number, if it is known.</param>
/// <param name="Lower">The lower bound of one that isn't.</param>
/// <param name="Upper">Its upper bound.</param>
/// <param name="Strict">Whether neither bound is reached, which decides ties next to an asymptote.</param>
internal readonly record struct Real(Rational? Exact, BigInteger? Lower, BigInteger? Upper, bool Strict)
{
    /// <summary>A number of which nothing is known.</summary>
    public static Real Unknown => new(null, null, null, true);

    public static implicit operator Real(Rational exact) => new(exact, null, null, false);

    public static Real Between(BigInteger? lower, BigInteger? upper, bool strict) => new(null, lower, upper, strict);

    /// <summary>The sign of a number between bounds; null where they don't tell.</summary>
    public int? Sign =>
        Lower is { } lower && (lower.Sign > 0 || (lower.IsZero && Strict)) ? 1
        : Upper is { } upper && (upper.Sign < 0 || (upper.IsZero && Strict)) ? -1
        : null;
}
