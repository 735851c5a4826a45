using Assay.Proofs.Fields;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Lies about what is looked up, and about the sum that proves it.</summary>
public sealed class LookupAttackTests
{
    private static readonly ProofCase Case = ProofCase.Hand(3);
    private static readonly ProofCase Wrong = Case.WithWrongLookup();

    [Fact]
    public void AResultThatIsntInTheTable() => Wrong.Rejected("zk/lookup-sum", new());

    [Fact]
    public void AnInputThatIsntInTheTable() =>
        Case.Rejected("zk/lookup-sum", new() { Columns = all => all[0][5] = 9 });

    /// <summary>The item's table depends on the channel: what is right for one is wrong for another.</summary>
    [Fact]
    public void ANumberThatIsOnlyInAnotherChannelsTable()
    {
        // Channel 1 (8 may occur) against channel 0.
        Case.Rejected("zk/lookup-sum", new() { Columns = all => all[0][0] = 8 });
    }

    [Fact]
    public void MultiplicitiesShiftedBetweenRows() => Case.Rejected("zk/lookup-sum", new()
    {
        Multiplicities = all =>
        {
            long[] counts = all[Case.Circuit.Multiplicities(1).Index];
            counts[0]++;
            counts[1]--;
        },
    });

    /// <summary>The total of multiplicities is what it would be if the wrong tuple were a row: only the fractions differ.</summary>
    [Fact]
    public void MultiplicitiesWithTheRightTotal() => Wrong.Rejected("zk/lookup-sum", new()
    {
        Multiplicities = all => all[Case.Circuit.Multiplicities(0).Index][3]++,
    });

    [Fact]
    public void AMultiplicityOfMinusOne() => Wrong.Rejected("zk/lookup-sum", new()
    {
        Multiplicities = all => all[Case.Circuit.Multiplicities(0).Index][3] -= 2,
    });

    [Fact]
    public void RootFractionsForgedToCancel() =>
        Wrong.Rejected("zk/lookup-layer", new() { GkrRoot = Forgery.RootThatCancels });

    [Fact]
    public void ARootOfZeroOverZero() =>
        Wrong.Rejected("zk/lookup-denominator", new() { GkrRoot = v => Array.Clear(v) });

    [Fact]
    public void ARootWithOneDenominatorZero() =>
        Wrong.Rejected("zk/lookup-denominator", new()
        {
            GkrRoot = v =>
            {
                v[0] = Ext4.Zero;
                v[2] = Ext4.Zero;
            },
        });

    /// <summary>Each layer's last values are forged to fit what the verifier holds: the error reaches the leaves' claims.</summary>
    [Fact]
    public void AWrongLookupCarriedThroughEveryLayer() => Wrong.Rejected("zk/witness-value", Carried());

    [Fact]
    public void AWrongLookupCarriedThroughEveryLayerAndTheFold() => Wrong.Rejected("zk/witness-column", new()
    {
        GkrRoot = Forgery.RootThatCancels,
        GkrValues = Forgery.LayerThatFits,
        WitnessFold = Forgery.FoldThatFits,
    });

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 2)]
    [InlineData(8, 0)]
    public void ARoundOfALayerChanged(int layer, int bit) => Case.Rejected("zk/lookup-layer", new()
    {
        GkrRound = (k, t, h) => h[1] += k == layer && t == bit ? Ext4.One : Ext4.Zero,
    });

    /// <summary>A round's first value and leading coefficient are both free: only the point of the next challenge tells.</summary>
    [Fact]
    public void ARoundsFirstValueChanged() => Case.Rejected("zk/lookup-layer", new()
    {
        GkrRound = (k, t, h) => h[0] += k == 3 && t == 1 ? Ext4.One : Ext4.Zero,
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ALayersValueChanged(int value) => Case.Rejected("zk/lookup-layer", new()
    {
        GkrValues = (k, _, _, v) => v[value] += k == 5 ? Ext4.One : Ext4.Zero,
    });

    /// <summary>Numerators and denominators shifted against each other so that the layer's check holds.</summary>
    [Fact]
    public void ALayersValuesMovedInTheKernelOfItsCheck() => Case.Rejected("zk/lookup-layer", new()
    {
        GkrValues = (k, lambda, claim, v) =>
        {
            if (k == 5)
            {
                v[1] += Ext4.One;
                Forgery.LayerThatFits(k, lambda, claim, v);
            }
        },
    });

    [Fact]
    public void TheLastLayersValuesMovedInTheKernelOfItsCheck() => Case.Rejected("zk/witness-value", new()
    {
        GkrValues = (k, lambda, claim, v) =>
        {
            if (k == Case.Shape.LeafBits - 1)
            {
                v[1] += Ext4.One;
                Forgery.LayerThatFits(k, lambda, claim, v);
            }
        },
    });

    internal static ProverHooks Carried() => new() { GkrRoot = Forgery.RootThatCancels, GkrValues = Forgery.LayerThatFits };
}
