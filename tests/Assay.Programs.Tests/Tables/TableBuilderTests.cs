using System.Numerics;
using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>
/// Tables against another method: exp by Horner's rule on x/2^16, squared sixteen times, with
/// 192 fractional bits; every entry, not samples.
/// </summary>
public sealed class TableBuilderTests
{
    private const int Bits = 192;
    private static readonly BigInteger One = BigInteger.One << Bits;

    [Theory]
    [InlineData(-2048, 2047, 0.004, 0, 4095, 1.0 / 4095)]
    [InlineData(-8192, 8191, 0.001, 0, 32767, 1.0 / 32768)]
    [InlineData(-128, 127, 0.1, 0, 127, 0.0078125)]
    [InlineData(-2048, 2047, 1.0, -2048, 2047, 0.001)]
    [InlineData(5, 300, 0.01, 2100, 2900, 1.0 / 4096)]
    public void Sigmoid_EveryEntry_IsTheNearest(int lo, int hi, double scaleIn, int outLo, int outHi, double scaleOut)
    {
        LookupTable table = TableBuilder.Sigmoid(Type(lo, hi, 1), scaleIn, Type(outLo, outHi, 1), scaleOut);
        AssertEntries(table, lo, outLo, outHi, scaleOut, q => Ratio(One, One + ExpOf(-q, scaleIn)));
    }

    [Theory]
    [InlineData(-2048, 2047, 0.003, -2047, 2047, 1.0 / 2047)]
    [InlineData(-8192, 8191, 0.0004, -32767, 32767, 1.0 / 32768)]
    [InlineData(-128, 127, 0.03125, -128, 127, 0.0078125)]
    [InlineData(-300, -1, 0.01, -100, 0, 0.005)]
    public void Tanh_EveryEntry_IsTheNearest(int lo, int hi, double scaleIn, int outLo, int outHi, double scaleOut)
    {
        LookupTable table = TableBuilder.Tanh(Type(lo, hi, 1), scaleIn, Type(outLo, outHi, 1), scaleOut);
        AssertEntries(table, lo, outLo, outHi, scaleOut, q =>
        {
            BigInteger e = ExpOf(2 * q, scaleIn);
            return Ratio(e - One, e + One);
        });
    }

    [Theory]
    [InlineData(4095, 0.004, 32767)]
    [InlineData(16383, 0.0008, 32767)]
    [InlineData(255, 0.1, 1)]
    [InlineData(4095, 0.0030517578125, 4096)]
    public void SoftmaxExp_EveryEntry_IsTheNearest(int span, double scaleIn, short peak)
    {
        LookupTable table = TableBuilder.SoftmaxExp(Type(-32768, span - 32768, 1), scaleIn, peak);
        AssertEntries(table, 0, 0, peak, 1.0, d => peak * ExpOf(-d, scaleIn));
        Assert.Equal(peak, table.Values[0]);
    }

    [Fact]
    public void Entries_AgainstThePlatformsFunctions_AgreeAwayFromTies()
    {
        TensorType x = Type(-2048, 2047, 1);
        LookupTable sigmoid = TableBuilder.Sigmoid(x, 0.00390625, Type(0, 4096, 1), 1.0 / 4096);
        LookupTable tanh = TableBuilder.Tanh(x, 0.00390625, Type(-4096, 4096, 1), 1.0 / 4096);
        LookupTable exp = TableBuilder.SoftmaxExp(x, 0.00390625, 32767);
        for (int i = 0; i < 4096; i++)
        {
            double argument = (i - 2048) * 0.00390625;
            AssertNear(4096 / (1 + Math.Exp(-argument)), sigmoid.Values[i]);
            AssertNear(4096 * Math.Tanh(argument), tanh.Values[i]);
            AssertNear(32767 * Math.Exp(-i * 0.00390625), exp.Values[i]);
        }
    }

    [Fact]
    public void Zero_Ties_RoundUp()
    {
        // The scale counts as the exact binary64 number: 0.2 is a little more than a fifth, so 0.5 over it is below 2.5.
        Assert.Equal([2], TableBuilder.Sigmoid(Type(0, 0, 1), 1, Wide(1), 0.2).Values.ToArray());
        Assert.Equal([1], TableBuilder.Sigmoid(Type(0, 0, 1), 1, Wide(1), 1).Values.ToArray());
        Assert.Equal([0], TableBuilder.Sigmoid(Type(0, 0, 1), 1, Wide(1), 1.0000000000000002).Values.ToArray());
        Assert.Equal([0], TableBuilder.Tanh(Type(0, 0, 1), 1, Wide(1), 1).Values.ToArray());
    }

    [Fact]
    public void Asymptotes_AtATie_StayBelowIt()
    {
        // sigmoid < 1 strictly, so sigmoid/2 < 1/2 rounds to 0 however large the argument; tanh > -1, so tanh/2 > -1/2 to 0.
        TensorType far = Type(32767, 32767, 1);
        Assert.Equal([0], TableBuilder.Sigmoid(far, 1000, Wide(1), 2).Values.ToArray());
        Assert.Equal([0], TableBuilder.Sigmoid(far, Math.ScaleB(1, 100), Wide(1), 2).Values.ToArray());
        Assert.Equal([0], TableBuilder.Tanh(far, Math.ScaleB(1, 100), Wide(1), 2).Values.ToArray());
        Assert.Equal([0], TableBuilder.Tanh(Type(-5, -5, 1), Math.ScaleB(1, 100), Wide(1), 2).Values.ToArray());
        Assert.Equal([0], TableBuilder.Sigmoid(Type(-5, -5, 1), Math.ScaleB(1, 100), Wide(1), 2).Values.ToArray());
    }

    [Fact]
    public void TinyArguments_NextToATie_AreTold()
    {
        // 1/2 + x/4 and 1/2 - x/4 with x = 2^-100, in units of 1: just above and just below the tie.
        Assert.Equal([0, 1, 1], TableBuilder.Sigmoid(Type(-1, 1, 1), Math.ScaleB(1, -100), Wide(1), 1).Values.ToArray());

        // tanh x = x - x^3/3: in units of 2x just below the tie 1/2; at -x just above -1/2, so 0 as well.
        Assert.Equal([0, 0, 0], TableBuilder.Tanh(Type(-1, 1, 1), Math.ScaleB(1, -99), Wide(1), Math.ScaleB(1, -98)).Values.ToArray());
    }

    [Fact]
    public void Values_AreClampedToTheResult()
    {
        Assert.Equal([-3, 0, 5], TableBuilder.Tanh(Type(-1, 1, 1), 10, Type(-3, 5, 1), 0.001).Values.ToArray());
        Assert.Equal([32767], TableBuilder.Sigmoid(Type(1, 1, 1), 1, Wide(1), Math.ScaleB(1, -100)).Values.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e-31)]
    [InlineData(2e30)]
    public void Scales_OutOfBounds_Throw(double scale)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TableBuilder.Sigmoid(Wide(1), scale, Wide(1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TableBuilder.Tanh(Wide(1), 1, Wide(1), scale));
        Assert.Throws<ArgumentOutOfRangeException>(() => TableBuilder.SoftmaxExp(Wide(1), scale, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TableBuilder.SoftmaxExp(Wide(1), 1, 0));
    }

    private static void AssertEntries(
        LookupTable table, int first, int lo, int hi, double scaleOut, Func<int, BigInteger> function)
    {
        (BigInteger numerator, BigInteger denominator) = Fraction(scaleOut);
        for (int i = 0; i < table.Values.Length; i++)
        {
            BigInteger doubled = (2 * function(first + i) * denominator) + (numerator << Bits);
            BigInteger nearest = BigInteger.Clamp(Floor(doubled, numerator << (Bits + 1)), lo, hi);
            Assert.True(nearest == table.Values[i], $"entry {i}: {table.Values[i]} instead of {nearest}");
        }
    }

    private static void AssertNear(double exact, short entry)
    {
        double distance = Math.Abs(exact - entry);
        Assert.True(distance <= 0.5 + 1e-9, $"{entry} for {exact}");
    }

    /// <summary>exp(q * scale) with 192 fractional bits.</summary>
    private static BigInteger ExpOf(int q, double scale)
    {
        const int Squarings = 16;
        const int Extra = 64;
        (BigInteger numerator, BigInteger denominator) = Fraction(scale);
        int working = Bits + Extra;
        BigInteger one = BigInteger.One << working;
        BigInteger x = Floor((q * numerator) << (working - Squarings), denominator);
        BigInteger result = one;
        for (int n = 32; n > 0; n--)
        {
            result = one + ((result * x / n) >> working);
        }

        for (int i = 0; i < Squarings; i++)
        {
            result = (result * result) >> working;
        }

        return result >> Extra;
    }

    private static BigInteger Ratio(BigInteger numerator, BigInteger denominator) => (numerator << Bits) / denominator;

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(double value)
    {
        BigInteger denominator = 1;
        while (value != Math.Floor(value))
        {
            value *= 2;
            denominator *= 2;
        }

        return (new BigInteger(value), denominator);
    }

    private static BigInteger Floor(BigInteger value, BigInteger divisor) =>
        (value - (((value % divisor) + divisor) % divisor)) / divisor;
}
