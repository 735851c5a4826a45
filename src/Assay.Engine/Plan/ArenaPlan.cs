namespace Assay.Engine.Plan;

/// <summary>Lays buffers out in one arena, so that those alive at the same time don't overlap: first fit, in order of birth.</summary>
internal static class ArenaPlan
{
    /// <summary>Elements of the widest vector. Buffers start at multiples, and one more is behind their elements: a kernel may
    /// store its last vector whole, wherever that begins.</summary>
    private const int Granule = 32;

    /// <summary>Assigns offsets for <paramref name="items"/> items per run.</summary>
    /// <returns>int16 elements of the arena.</returns>
    public static long Assign(IReadOnlyList<ArenaBuffer> buffers, int items)
    {
        // Alive ones by offset. The lists are short: they hold what is alive at one step.
        List<ArenaBuffer> alive = [];
        long end = 0;
        foreach (ArenaBuffer buffer in buffers.OrderBy(buffer => buffer.FirstStep))
        {
            alive.RemoveAll(other => other.LastStep < buffer.FirstStep);
            long size = Size(buffer, items);
            long offset = 0;
            int place = 0;
            while (place < alive.Count && alive[place].Offset < offset + size)
            {
                offset = alive[place].Offset + Size(alive[place], items);
                place++;
            }

            buffer.Offset = (nint)offset;
            alive.Insert(place, buffer);
            end = Math.Max(end, offset + size);
        }

        return end;
    }

    private static long Size(ArenaBuffer buffer, int items) => (((long)buffer.Count * items) + (2 * Granule) - 1) / Granule * Granule;
}
