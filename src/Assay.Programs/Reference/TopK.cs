namespace Assay.Programs;

internal static class TopK
{
    public static short[] Run(TopKOperation op, TensorType xType, short[] x)
    {
        int n = xType.Shape[^1];
        short[] y = new short[op.Result.Count];
        for (int row = 0; row < x.Length / n; row++)
        {
            short[] elements = x[(row * n)..((row + 1) * n)];

            // The order is stable: of equal elements the one that stands first stays first.
            IEnumerable<int> places = Enumerable.Range(0, n).OrderBy(i => op.Largest ? -elements[i] : elements[i]);
            int at = row * op.K;
            foreach (int place in places.Take(op.K))
            {
                y[at++] = op.Indices ? (short)place : elements[place];
            }
        }

        return y;
    }
}
