using Assay.Engine.Kernels;

namespace Assay.Engine.Plan.Layouts;

/// <summary>Makes the loops that bring the elements of a result and of its operands together.</summary>
internal static class LoopNest
{
    /// <summary>Loops over two layouts of the same value; null if their digits don't fit into each other.</summary>
    public static Loop[]? Between(Layout y, Layout a)
    {
        List<Loop> loops = [];
        return Meet([.. y.Digits], [.. a.Digits], [], [], loops) ? Ordered(loops) : null;
    }

    /// <summary>Adds the loops of one axis, outermost first.</summary>
    /// <param name="y">The result's digits of the axis.</param>
    /// <param name="a">The first operand's: of the same length in all, or empty if its only place repeats.</param>
    /// <param name="b">As <paramref name="a"/>.</param>
    /// <param name="c">As <paramref name="a"/>.</param>
    /// <returns>False if the digits don't fit into each other.</returns>
    public static bool Meet(
        ReadOnlySpan<Digit> y, ReadOnlySpan<Digit> a, ReadOnlySpan<Digit> b, ReadOnlySpan<Digit> c, List<Loop> loops)
    {
        Digit nextY = default, nextA = default, nextB = default, nextC = default;
        while (true)
        {
            if (!Next(ref nextY, ref y))
            {
                return true;
            }

            bool hasA = Next(ref nextA, ref a), hasB = Next(ref nextB, ref b), hasC = Next(ref nextC, ref c);
            int length = nextY.Length;
            length = hasA ? Math.Min(length, nextA.Length) : length;
            length = hasB ? Math.Min(length, nextB.Length) : length;
            length = hasC ? Math.Min(length, nextC.Length) : length;
            Loop loop = new() { Length = length };
            if (!Take(ref nextY, length, out loop.Y)
                || !Take(ref nextA, length, out loop.A)
                || !Take(ref nextB, length, out loop.B)
                || !Take(ref nextC, length, out loop.C))
            {
                return false;
            }

            loops.Add(loop);
        }
    }

    /// <summary>The loops in the order in which the result lies in memory, those together that are one.</summary>
    public static Loop[] Ordered(List<Loop> loops)
    {
        List<Loop> ordered = [];
        foreach (Loop inner in loops.OrderByDescending(loop => loop.Y))
        {
            if (ordered.Count > 0 && AreOne(ordered[^1], inner))
            {
                ordered[^1] = inner with { Length = inner.Length * ordered[^1].Length };
            }
            else
            {
                ordered.Add(inner);
            }
        }

        return [.. ordered];
    }

    private static unsafe bool AreOne(in Loop outer, in Loop inner) =>
        outer.Places is null && inner.Places is null
        && outer.Y == (long)inner.Y * inner.Length
        && outer.A == (long)inner.A * inner.Length
        && outer.B == (long)inner.B * inner.Length
        && outer.C == (long)inner.C * inner.Length;

    private static bool Next(ref Digit next, ref ReadOnlySpan<Digit> rest)
    {
        if (next.Length <= 1 && rest.Length > 0)
        {
            next = rest[0];
            rest = rest[1..];
        }

        return next.Length > 1;
    }

    /// <summary>Splits the most significant part of a digit off. One that has nothing left repeats.</summary>
    private static bool Take(ref Digit next, int length, out int stride)
    {
        if (next.Length <= 1)
        {
            stride = 0;
            return true;
        }

        int below = next.Length / length;
        stride = next.Stride * below;
        bool whole = next.Length % length == 0;
        next = next with { Length = below };
        return whole;
    }
}
