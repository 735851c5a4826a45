using static Assay.Programs.Tests.TestModels;

namespace Assay.Programs.Tests;

/// <summary>Tables of expressions: ties, infinities, undefined arguments, bounds of the expression.</summary>
public sealed class ExpressionTableTests
{
    private static readonly ScalarFunction X = ScalarFunction.X;

    [Fact]
    public void RationalTies_GoUp()
    {
        Assert.Equal([-1, -1, 0, 0, 1, 1, 2], Entries(X * 0.5, -3, 3));
        Assert.Equal([-1, -1, 0, 0, 0, 1, 1], Entries(X / 3, -3, 3, 1.1));

        // x^2/8 of -3..3: 1.125, 0.5, 0.125, 0.
        Assert.Equal([1, 1, 0, 0, 0, 1, 1], Entries(X * X / 8, -3, 3));
        Assert.Equal([1, 1, 0, 0, 0, 1, 1], Entries(Power(X, 2) / 8, -3, 3));
    }

    [Fact]
    public void Steps_OfRationals_AreExact()
    {
        Assert.Equal([-2, -1, -1, 0, 0, 1, 1], Entries(Of(UnaryFunction.Floor, X), -3, 3, 0.5));
        Assert.Equal([-1, -1, 0, 0, 1, 1, 2], Entries(Of(UnaryFunction.Ceiling, X), -3, 3, 0.5));
        Assert.Equal([-2, -1, 0, 0, 0, 1, 2], Entries(Of(UnaryFunction.Round, X), -3, 3, 0.5));
        Assert.Equal([-1, -1, -1, 0, 1, 1, 1], Entries(Of(UnaryFunction.Sign, X), -3, 3, 0.5));
        Assert.Equal([3, 2, 1, 0, 1, 2, 3], Entries(Of(UnaryFunction.Abs, X), -3, 3));
        Assert.Equal([3, 2, 1, 0, -1, -2, -3], Entries(Of(UnaryFunction.Negate, X), -3, 3));
    }

    [Fact]
    public void ComparisonsAndChoices()
    {
        Assert.Equal([1, 1, 0, 0, 0], Entries(ScalarFunction.Of(BinaryFunction.Less, X, 0), -2, 2));
        Assert.Equal([1, 1, 1, 0, 0], Entries(ScalarFunction.Of(BinaryFunction.LessOrEqual, X, 0), -2, 2));
        Assert.Equal([0, 0, 1, 0, 0], Entries(ScalarFunction.Of(BinaryFunction.Equal, X, 0), -2, 2));
        Assert.Equal([0, 0, 0, 1, 2], Entries(ScalarFunction.Of(BinaryFunction.Max, X, 0), -2, 2));
        Assert.Equal([-2, -1, 0, 0, 0], Entries(ScalarFunction.Of(BinaryFunction.Min, X, 0), -2, 2));

        // The branch that isn't taken may be undefined.
        ScalarFunction choice = new ScalarFunction.Choice(
            ScalarFunction.Of(BinaryFunction.Less, 0, X), Of(UnaryFunction.Log, X), -5);
        Assert.Equal([-5, -5, -5, 0, 1, 1], Entries(choice, -2, 3));
    }

    [Fact]
    public void Roots_ThatAreRational_AreExact()
    {
        // sqrt(x)/2 at 1, 9, 25: 0.5, 1.5, 2.5.
        ScalarFunction half = Of(UnaryFunction.Sqrt, X) * 0.5;
        Assert.Equal([0, 1], Entries(half, 0, 1));
        Assert.Equal([2], Entries(half, 9, 9));
        Assert.Equal([3], Entries(half, 25, 25));
        Assert.Equal([2], Entries(Power(X, 0.5) * 0.5, 9, 9));
        Assert.Equal([14], Entries(Power(X, 1.5) * 0.5, 9, 9));
        Assert.Equal([1], Entries(Power(X, -0.5) * 1.5, 9, 9));

        // A third of 4.5^2's root: 1.5.
        Assert.Equal([2], Entries(Of(UnaryFunction.Sqrt, X * X / 4) / 3, 9, 9));
    }

    [Fact]
    public void Infinities_GoToTheEnds()
    {
        Assert.Equal([-100, 0, 1, 1], Entries(Of(UnaryFunction.Log, X), 0, 3));
        Assert.Equal([0, -1, 100, 1, 1], Entries(1 / X, -2, 2));
        Assert.Equal([1, 1, -100, -1, 0], Entries(-1 / X, -2, 2));

        // exp(-1/x^2) * 1.4 at 0 is exp(minus infinity); at 1 it is 0.515.
        Assert.Equal([1, 0, 1, 1], Entries(Of(UnaryFunction.Exp, -1 / (X * X)) * 1.4, -1, 2));
        Assert.Equal([100, 100], Entries(Of(UnaryFunction.Exp, X), 32000, 32001, 1e30));
        Assert.Equal([0, 0], Entries(Of(UnaryFunction.Exp, X), -32001, -32000, 1e30));
        Assert.Equal([1], Entries(Of(UnaryFunction.Exp, X) / (1 + Of(UnaryFunction.Exp, X)), 50, 50));
        Assert.Equal([100], Entries(Power(X, 5000), 2, 2));
        Assert.Equal([0, 1], Entries(Power(X, 0.3), 0, 1));
        Assert.Equal([100, 1], Entries(Power(X, -0.3), 0, 1));
        Assert.Equal([-100, 0, 100], Entries(Power(X * 2, 5001), -1, 1));
    }

    [Fact]
    public void UndefinedArguments_TakeTheNearestEntry()
    {
        Assert.Equal([0, 0, 0, 1, 1], Entries(Of(UnaryFunction.Sqrt, X), -2, 2));
        Assert.Equal([-100, -100, -100, 0, 1], Entries(Of(UnaryFunction.Log, X), -2, 2));
        Assert.Equal([0, 0], Entries(Of(UnaryFunction.Sqrt, X), -2, -1));

        // 0/0 lies between two arguments: the greater one's entry.
        Assert.Equal([1, 1, 1], Entries(X / X, -1, 1));
        Assert.Equal([-2, 3, 3], Entries((X / X) * (X * 2.5) + 0.25, -1, 1));
        Assert.Equal([7], TableBuilder.Of(Of(UnaryFunction.Sqrt, X), Type(-1, -1, 1), 1, Type(7, 9, 1), 1).Values.ToArray());
        Assert.Equal([1, 1, 1], Entries(Power(X, 0), -1, 1));
    }

    [Fact]
    public void Undecided_GoesUp()
    {
        // exp(log x)/2 is exactly 1.5 at 3, by steps that aren't rational.
        Assert.Equal([2], Entries(Of(UnaryFunction.Exp, Of(UnaryFunction.Log, X)) / 2, 3, 3));
        Assert.Equal([3], Entries(Of(UnaryFunction.Floor, Of(UnaryFunction.Exp, Of(UnaryFunction.Log, X))), 3, 3));
    }

    [Fact]
    public void Expressions_AreLimited()
    {
        ScalarFunction deep = X;
        for (int i = 1; i < TableBuilder.MaxNodes; i++)
        {
            deep = Of(UnaryFunction.Abs, deep);
        }

        Assert.Equal([2, 1, 0], Entries(deep, -2, 0));
        Assert.Throws<ArgumentException>(() => Entries(Of(UnaryFunction.Abs, deep), 0, 0));
        Assert.Throws<ArgumentException>(() => Entries(X + double.NaN, 0, 0));
        Assert.Throws<ArgumentException>(() => Entries(X + double.NegativeInfinity, 0, 0));
        Assert.Throws<ArgumentException>(() => Entries(ScalarFunction.Of(BinaryFunction.Power, X, X), 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Entries(X, 0, 0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => TableBuilder.Of(X, Wide(1), 1, Wide(1), 0));
    }

    private static ScalarFunction Of(UnaryFunction function, ScalarFunction a) => ScalarFunction.Of(function, a);

    private static ScalarFunction Power(ScalarFunction a, double exponent) => ScalarFunction.Of(BinaryFunction.Power, a, exponent);

    /// <summary>Entries in units of 1, clamped to -100..100.</summary>
    private static short[] Entries(ScalarFunction f, int lo, int hi, double scale = 1) =>
        [.. TableBuilder.Of(f, Type(lo, hi, 1), scale, Type(-100, 100, 1), 1).Values];
}
