namespace Assay.Models.Fidelity;

/// <summary>What the comparison of one item gave.</summary>
/// <param name="Outputs">One for each output; empty if the item was refused.</param>
/// <param name="FloatTop">The first of the largest elements of the first output in float; -1 for a single element.</param>
/// <param name="ExactTop">The same of the exact program; -2 if the item was refused.</param>
/// <param name="Clamped">Input elements that were clamped.</param>
/// <param name="Refused">Whether the boundary refused the item.</param>
/// <param name="Layers">One for each layer, if layers are measured.</param>
internal sealed record ItemResult(ValueError[] Outputs, int FloatTop, int ExactTop, int Clamped, bool Refused, LayerError[] Layers)
{
    public static ItemResult OfRefused(int floatTop) => new([], floatTop, -2, 0, true, []);
}

/// <summary>Sums and maxima of |exact - float| and |float|.</summary>
internal readonly record struct ValueError(double Error, double Size, double Worst, double Largest)
{
    public static ValueError Compare(ReadOnlySpan<float> want, ReadOnlySpan<float> have)
    {
        (double error, double size, double worst, double largest) = (0, 0, 0, 0);
        for (int i = 0; i < have.Length; i++)
        {
            double e = Math.Abs((double)have[i] - want[i]);
            error += e;
            size += Math.Abs((double)want[i]);
            worst = Math.Max(worst, e);
            largest = Math.Max(largest, Math.Abs((double)want[i]));
        }

        return new ValueError(error, size, worst, largest);
    }
}

/// <summary>A layer's sums of |exact - float| and |float|, and its elements at the ends of the range.</summary>
internal readonly record struct LayerError(double Error, double Size, int Low, int High);
