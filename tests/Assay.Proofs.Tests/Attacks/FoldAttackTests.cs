using Assay.Proofs.Fields;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Lies in the reduction to one value and in the folded rows.</summary>
public sealed class FoldAttackTests
{
    private static readonly ProofCase Case = ProofCase.Hand(3);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 0)]
    [InlineData(9, 1)]
    public void ARoundChanged(int bit, int value) => Case.Rejected("zk/witness-value", new()
    {
        ReduceRound = (t, g) => g[value] += t == bit ? Ext4.One : Ext4.Zero,
    });

    [Fact]
    public void ARoundChangedAndTheFoldForgedToFit() => Case.Rejected("zk/witness-column", new()
    {
        ReduceRound = (t, g) => g[0] += t == 4 ? Ext4.One : Ext4.Zero,
        WitnessFold = Forgery.FoldThatFits,
    });

    [Fact]
    public void TheFoldedWitnessMovedInTheKernelOfItsCheck() =>
        Case.Rejected("zk/witness-column", new() { WitnessFold = (low, _, u) => Forgery.MoveInKernel(low, u) });

    [Fact]
    public void TheFoldedWeightsMovedInTheKernelOfTheirCheck() =>
        Case.Rejected("zk/weights-column", new() { WeightFold = (low, _, u) => Forgery.MoveInKernel(low, u) });

    [Fact]
    public void TheFoldedWitnessReplacedByZeros() =>
        Case.Rejected("zk/witness-value", new() { WitnessFold = (_, _, u) => Array.Clear(u) });

    [Fact]
    public void TheFoldedWeightsReplacedByZeros() =>
        Case.Rejected("zk/weights-value", new() { WeightFold = (_, _, u) => Array.Clear(u) });

    /// <summary>An identity that doesn't hold, forged as far as a prover can.</summary>
    [Fact]
    public void AnIdentityOffByOne() =>
        Case.Rejected("zk/witness-value", new() { Columns = all => all[5][7]++ });

    [Fact]
    public void AnIdentityOffByOneAndTheFoldForgedToFit() =>
        Case.Rejected("zk/witness-column", new() { Columns = all => all[5][7]++, WitnessFold = Forgery.FoldThatFits });

    /// <summary>The extension field's other coordinates are no place to hide: a fold moved by a multiple of X.</summary>
    [Fact]
    public void TheFoldMovedOutOfTheBaseField() => Case.Rejected("zk/witness-column", new()
    {
        WitnessFold = (low, expected, u) =>
        {
            u[3] += new Ext4(0, 1, 0, 0);
            Forgery.FoldThatFits(low, expected, u);
        },
    });
}
