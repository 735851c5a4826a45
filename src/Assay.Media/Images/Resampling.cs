namespace Assay.Media.Images;

/// <summary>
/// Resizes by a triangle as wide as two pixels of the coarser side: bilinear where a picture grows, an average over the
/// area where it shrinks. The weights are whole numbers, the sums of each column exact, and everything after that IEEE
/// additions, multiplications and divisions in a fixed order: the same on every machine.
/// </summary>
/// <remarks>
/// Along one axis, from <c>n</c> to <c>m</c> pixels, with <c>S = 2*max(n,m)</c>: place <c>i</c> is the mean of the pixels
/// <c>j</c> with the weights <c>max(0, S - |(2j+1)*m - (2i+1)*n|)</c>; first down the columns, then along the rows.
/// </remarks>
internal static class Resampling
{
    /// <summary>A picture's window, which may reach beyond it on every side, at another size; values 0 to 255, 3 for each pixel.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="left">Columns that the window begins before the picture.</param>
    /// <param name="top">Rows that it begins above it.</param>
    /// <param name="from">The window's size, pixels of the picture.</param>
    /// <param name="to">The result's size.</param>
    /// <param name="fill">Channel value beyond the picture.</param>
    /// <param name="row">Takes the result row by row, from the top: number, 3 values for each column.</param>
    internal static void Run(Picture picture, int left, int top, (int Width, int Height) from, (int Width, int Height) to, double fill, Action<int, double[]> row)
    {
        long[] sums = new long[3 * picture.Width];
        double[] means = new double[3 * picture.Width];
        double[] result = new double[3 * to.Width];
        ReadOnlySpan<byte> rgb = picture.Rgb.Span;
        for (int y = 0; y < to.Height; y++)
        {
            Array.Clear(sums);
            Taps rows = new(y, from.Height, to.Height);
            long beyond = 0;
            for (int j = rows.First; j <= rows.Last; j++)
            {
                int at = j - top;
                if ((uint)at < (uint)picture.Height)
                {
                    Accumulate(sums, rgb.Slice(at * sums.Length, sums.Length), rows.Weight(j));
                }
                else
                {
                    beyond += rows.Weight(j);
                }
            }

            for (int i = 0; i < means.Length; i++)
            {
                means[i] = (sums[i] + beyond * fill) / rows.Total;
            }

            Along(means, picture.Width, left, from.Width, to.Width, fill, result);
            row(y, result);
        }
    }

    private static void Accumulate(long[] sums, ReadOnlySpan<byte> row, long weight)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += weight * row[i];
        }
    }

    private static void Along(double[] means, int width, int left, int from, int to, double fill, double[] result)
    {
        for (int x = 0; x < to; x++)
        {
            Taps columns = new(x, from, to);
            double r = 0, g = 0, b = 0;
            for (int j = columns.First; j <= columns.Last; j++)
            {
                int at = j - left;
                double weight = columns.Weight(j);
                bool isInside = (uint)at < (uint)width;
                r += weight * (isInside ? means[3 * at] : fill);
                g += weight * (isInside ? means[3 * at + 1] : fill);
                b += weight * (isInside ? means[3 * at + 2] : fill);
            }

            result[3 * x] = r / columns.Total;
            result[3 * x + 1] = g / columns.Total;
            result[3 * x + 2] = b / columns.Total;
        }
    }

    // Sides are at most 65,535, so a weight is below 2^18, a sum of weights below 2^35, and with pixels below 2^43: exact also as binary64.
    private readonly struct Taps
    {
        private readonly long _to;
        private readonly long _centre;
        private readonly long _reach;

        internal Taps(int place, int from, int to)
        {
            _to = to;
            _centre = (2L * place + 1) * from;
            _reach = 2L * Math.Max(from, to);

            // (2j+1)*to lies strictly between centre - reach and centre + reach.
            First = (int)Math.Max(0, FloorDivide(_centre - _reach - to, 2L * to) + 1);
            Last = (int)Math.Min(from - 1L, FloorDivide(_centre + _reach - to - 1, 2L * to));
            long total = 0;
            for (int j = First; j <= Last; j++)
            {
                total += Weight(j);
            }

            Total = total;
        }

        internal int First { get; }

        internal int Last { get; }

        internal long Total { get; }

        internal long Weight(int j) => _reach - Math.Abs((2L * j + 1) * _to - _centre);

        private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((-a + b - 1) / b);
    }
}
