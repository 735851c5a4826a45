using Assay.Models.Float;

namespace Assay.Models.Quantization;

/// <summary>The scale and the integer range of a result.</summary>
internal readonly record struct ResultRange(double Scale, short Lo, short Hi)
{
    // One bit: calibration has not seen everything.
    private const double Headroom = 2;

    // What has not been negative (or positive) on calibration may become so; a quarter of the other side is kept for it.
    private const double OtherSide = 0.25;

    public int Bits => 32 - int.LeadingZeroCount(Hi - Lo);

    /// <summary>The same integers for numbers twice as large.</summary>
    public ResultRange Doubled(double lo, double hi) => Of(lo, hi, Scale * 2, Lo, Hi);

    /// <summary>Reals that a value may take: calibrated extremes with headroom, cut by bounds that hold for certain.</summary>
    /// <param name="seen">Calibrated extremes.</param>
    /// <param name="lo">A certain lower bound, or minus infinity.</param>
    /// <param name="hi">A certain upper bound, or infinity.</param>
    public static (double Lo, double Hi) Reals((float Min, float Max) seen, double lo, double hi)
    {
        double largest = Math.Max(Math.Abs((double)seen.Min), Math.Abs((double)seen.Max));
        largest = largest == 0 ? 1 : largest;
        double least = Math.Min(seen.Min * Headroom, -largest * OtherSide);
        double most = Math.Max(seen.Max * Headroom, largest * OtherSide);
        return (Math.Max(least, lo), Math.Min(most, hi));
    }

    /// <summary>
    /// The finest scale, rounded up to 12 significant bits, at which the reals and 0 fit in <paramref name="bits"/> bits and
    /// in int16.
    /// </summary>
    public static ResultRange Choose(double lo, double hi, int bits)
    {
        double below = Math.Min(lo, 0);
        double above = Math.Max(hi, 0);
        double scale = Math.Max((above - below) / ((1 << bits) - 1), Math.Max(above / short.MaxValue, below / short.MinValue));
        return Of(lo, hi, PortableMath.RoundUpTo12Bits(scale), short.MinValue, short.MaxValue);
    }

    /// <summary>The range at a given scale; bounds outside <paramref name="least"/> and <paramref name="most"/> are cut.</summary>
    public static ResultRange Of(double lo, double hi, double scale, short least, short most)
    {
        short low = (short)Math.Clamp(Math.Round(lo / scale), least, most);
        short high = (short)Math.Clamp(Math.Round(hi / scale), least, most);
        return new ResultRange(scale, Math.Min(low, high), low == high ? (short)Math.Min(high + 1, short.MaxValue) : Math.Max(low, high));
    }
}
