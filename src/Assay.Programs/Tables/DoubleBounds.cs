namespace Assay.Programs;

/// <summary>
/// Two binary64 bounds of a number; NaN where nothing is known, which is left to <see cref="RealArithmetic"/>. Every result
/// is widened to the next number outwards, because an operation of IEEE 754 is off by at most half the way there. Only
/// operations that IEEE 754 defines to the bit are used, so the bounds are the same on every machine.
/// </summary>
internal readonly record struct DoubleBounds(double Lower, double Upper)
{
    public static DoubleBounds Unknown => new(double.NaN, double.NaN);

    public bool IsUnknown => double.IsNaN(Lower) || double.IsNaN(Upper);

    /// <summary>1 or -1; 0 where the bounds don't tell.</summary>
    public int Sign => Lower > 0 ? 1 : Upper < 0 ? -1 : 0;

    public static DoubleBounds Exactly(double value) => new(value, value);

    public static DoubleBounds operator -(DoubleBounds a) => new(-a.Upper, -a.Lower);

    public static DoubleBounds operator +(DoubleBounds a, DoubleBounds b) => Widened(a.Lower + b.Lower, a.Upper + b.Upper);

    public static DoubleBounds operator -(DoubleBounds a, DoubleBounds b) => Widened(a.Lower - b.Upper, a.Upper - b.Lower);

    public static DoubleBounds operator *(DoubleBounds a, DoubleBounds b)
    {
        // Math.Min and Math.Max give NaN where one is (0 times infinity): then nothing is known.
        double ll = a.Lower * b.Lower;
        double lu = a.Lower * b.Upper;
        double ul = a.Upper * b.Lower;
        double uu = a.Upper * b.Upper;
        return Widened(Math.Min(Math.Min(ll, lu), Math.Min(ul, uu)), Math.Max(Math.Max(ll, lu), Math.Max(ul, uu)));
    }

    public static DoubleBounds operator /(DoubleBounds a, DoubleBounds b) =>
        b.Sign == 0 ? Unknown : a * Widened(1 / b.Upper, 1 / b.Lower);

    /// <summary>Bounds one step further out than results that were rounded to the nearest.</summary>
    public static DoubleBounds Widened(double lower, double upper) => new(Math.BitDecrement(lower), Math.BitIncrement(upper));
}
