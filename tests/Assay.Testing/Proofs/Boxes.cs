namespace Assay.Testing.Proofs;

/// <summary>Indices of boxes, in row-major order.</summary>
public static class Boxes
{
    /// <summary>All of them; one array, written over.</summary>
    public static IEnumerable<int[]> Indices(IReadOnlyList<int> dims)
    {
        int[] index = new int[dims.Count];
        while (true)
        {
            yield return index;
            int d = dims.Count - 1;
            while (d >= 0 && ++index[d] == dims[d])
            {
                index[d--] = 0;
            }

            if (d < 0)
            {
                yield break;
            }
        }
    }

    /// <summary>The number of an index.</summary>
    public static int Number(IReadOnlyList<int> dims, ReadOnlySpan<int> index)
    {
        int number = 0;
        for (int d = 0; d < dims.Count; d++)
        {
            number = (number * dims[d]) + index[d];
        }

        return number;
    }

    /// <summary>Elements.</summary>
    public static int Count(IEnumerable<int> dims) => dims.Aggregate(1, (product, dim) => product * dim);
}
