using Assay.Proofs.Fields;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Lies about inner products and the values in which they end.</summary>
public sealed class ProductAttackTests
{
    /// <summary>Columns of the hand-made circuit: results of a convolution, of a product, of a linear layer.</summary>
    private const int Convolved = 2;
    private const int Multiplied = 3;
    private const int Linear = 4;

    private static readonly ProofCase Case = ProofCase.Hand(3);

    [Theory]
    [InlineData(Convolved)]
    [InlineData(Multiplied)]
    [InlineData(Linear)]
    public void AResultOffByOne(int column) =>
        Case.Rejected("zk/products", new() { Columns = all => all[column][2]++ });

    [Theory]
    [InlineData(Convolved)]
    [InlineData(Multiplied)]
    [InlineData(Linear)]
    public void ResultsOfTwoRunsSwapped(int column) => Case.Rejected("zk/products", new()
    {
        Columns = all =>
        {
            int at = Enumerable.Range(0, all[column].Length / 3).First(i => all[column][3 * i] != all[column][(3 * i) + 1]) * 3;
            (all[column][at], all[column][at + 1]) = (all[column][at + 1], all[column][at]);
        },
    });

    [Fact]
    public void TwoChannelsSwapped() => Case.Rejected("zk/products", new()
    {
        Columns = all =>
        {
            for (int run = 0; run < 3; run++)
            {
                (all[Linear][run], all[Linear][3 + run]) = (all[Linear][3 + run], all[Linear][run]);
            }
        },
    });

    /// <summary>The sum is sent so that it fits the inner products; then it isn't that of the committed columns.</summary>
    [Fact]
    public void TheSumOfResultsChanged() => Case.Rejected("zk/products", new() { Sum = a => a[0] += Ext4.One });

    [Fact]
    public void AWrongResultWithASumThatHidesIt()
    {
        // The honest prover's sum, sent by one whose columns are wrong.
        Ext4 honest = Ext4.Zero;
        Case.Accepted(new() { Sum = a => honest = a[0] });
        ProofVerdict verdict = Case.Try(new() { Columns = all => all[Linear][2]++, Sum = a => a[0] = honest });
        Assert.Equal(ProofOutcome.Failed, verdict.Outcome);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 0)]
    public void ARoundChanged(int bit, int value) => Case.Rejected("zk/products", new()
    {
        ProductRound = (t, g) => g[value] += t == bit ? Ext4.One : Ext4.Zero,
    });

    [Fact]
    public void FactorsRescaledAndTheirProductKept() => Case.Rejected("zk/witness-value", new()
    {
        ProductValues = (_, _, values) =>
        {
            values[0] *= Ext4.From(12345);
            values[1] *= Ext4.From(12345).Invert();
        },
    });

    /// <summary>Only the weights' value stays wrong: an error moved from one matrix to another, the sum kept.</summary>
    [Fact]
    public void AnErrorMovedBetweenTwoWeightValues() => Case.Rejected("zk/weights-value", new()
    {
        ProductValues = (factors, claim, values) =>
        {
            values[1] += Ext4.One;
            Forgery.ProductThatFits(factors, claim, values, 5);
        },
    });

    [Fact]
    public void AnErrorMovedBetweenTheTwoFactorsOfAProduct() => Case.Rejected("zk/witness-value", new()
    {
        ProductValues = (factors, claim, values) =>
        {
            values[2] += Ext4.One;
            Forgery.ProductThatFits(factors, claim, values, 3);
        },
    });

    [Fact]
    public void AWrongResultWithItsWeightValueForged() => Case.Rejected("zk/weights-value", WeightLie(fold: false));

    [Fact]
    public void AWrongResultWithItsWeightValueAndFoldForged() => Case.Rejected("zk/weights-column", WeightLie(fold: true));

    [Fact]
    public void AWrongResultWithItsActivationValueForged() => Case.Rejected("zk/witness-value", ActivationLie(fold: false));

    [Fact]
    public void AWrongResultWithItsActivationValueAndFoldForged() => Case.Rejected("zk/witness-column", ActivationLie(fold: true));

    private static ProverHooks WeightLie(bool fold) => new()
    {
        Columns = all => all[Linear][2]++,
        ProductValues = (factors, claim, values) => Forgery.ProductThatFits(factors, claim, values, 5),
        WeightFold = fold ? Forgery.FoldThatFits : null,
    };

    private static ProverHooks ActivationLie(bool fold) => new()
    {
        Columns = all => all[Linear][2]++,
        ProductValues = (factors, claim, values) => Forgery.ProductThatFits(factors, claim, values, 4),
        WitnessFold = fold ? Forgery.FoldThatFits : null,
    };
}
