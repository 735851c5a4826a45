namespace Assay.Engine.Simd;

/// <summary>Where element <c>i</c> of a block of <c>2 * Lanes</c> elements sits in a pair of vectors in split order (see <see cref="ISimd{TV}"/>).</summary>
internal static class SplitOrder
{
    /// <summary>The position, 0 to <c>2 * lanes - 1</c>, counting the low vector's lanes first.</summary>
    public static int PositionOf(int element, int lanes)
    {
        int group = Math.Min(4, lanes);
        int block = element / (2 * group);
        int within = element % (2 * group);
        bool high = within >= group;
        return (high ? lanes : 0) + (block * group) + (within % group);
    }
}
