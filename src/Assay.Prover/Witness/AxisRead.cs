using Assay.Proofs.Circuits;

namespace Assay.Prover.Witness;

/// <summary>How the positions along one axis of a box lead to elements of a column.</summary>
/// <param name="Step">Elements from one position to the next, if there are no offsets.</param>
/// <param name="Offsets">Or the offset of each position, -1 where it reads 0.</param>
/// <param name="Weights">A factor for each position, if there are offsets.</param>
internal readonly record struct AxisRead(int Step, int[]? Offsets, int[]? Weights)
{
    /// <summary>Reads a map.</summary>
    /// <param name="map">Of an axis of the box.</param>
    /// <param name="stride">Elements from one place of the dimension to the next.</param>
    /// <param name="places">The dimension's length.</param>
    /// <param name="positions">The axis's length.</param>
    /// <param name="first">Offset of position 0, if there is a step; else 0.</param>
    /// <exception cref="ArgumentException">A place doesn't exist.</exception>
    public static AxisRead Of(AxisMap map, int stride, int places, int positions, out int first)
    {
        first = 0;
        bool even = map.Weights.IsEmpty && map.Places[0] >= 0;
        int step = positions > 1 ? map.Places[1] - map.Places[0] : 0;
        for (int i = 0; i < positions; i++)
        {
            if (map.Places[i] >= places)
            {
                throw new ArgumentException($"Place {map.Places[i]} of {places}.", nameof(map));
            }

            even = even && map.Places[i] >= 0 && map.Places[i] == map.Places[0] + (i * step);
        }

        if (even)
        {
            first = map.Places[0] * stride;
            return new(step * stride, null, null);
        }

        int[] offsets = new int[positions];
        for (int i = 0; i < positions; i++)
        {
            offsets[i] = map.Places[i] < 0 ? -1 : map.Places[i] * stride;
        }

        return new(0, offsets, map.Weights.IsEmpty ? null : [.. map.Weights.Select(static w => (int)w)]);
    }
}
