using System.Globalization;
using Assay.Proofs.Fields;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Testing;

namespace Assay.Proofs.Tests;

/// <summary>The security budget: what it is for the six benchmark models, and that too little is refused.</summary>
public sealed class BudgetTests
{
    /// <summary>Keys in tests/Assay.Proofs.Tests/Benchmarks, as the compiler of 0.1 made them. A smaller number is a weaker proof:
    /// not to be changed without a reason in the specification.</summary>
    [Theory]
    [InlineData("mlp", 1, "100.7826")]
    [InlineData("mlp", 1024, null)]
    [InlineData("lenet5", 1, "100.7007")]
    [InlineData("cnn", 1, "100.6096")]
    [InlineData("dense4m", 1, "100.6984")]
    [InlineData("resnet18", 1, "100.0817")]
    [InlineData("resnet18", 4, null)]
    [InlineData("vgg16", 1, "100.1680")]
    [InlineData("vgg16", 4, null)]
    public void OfTheBenchmarkModels(string name, int batch, string? bits)
    {
        string file = Path.Combine(Oracles.RepositoryRoot, "tests", "Assay.Proofs.Tests", "Benchmarks", name + ".key");
        ProofKey key = ProofKey.Read(File.ReadAllBytes(file), out _)!;
        ProofVerifier verifier = ProofVerifier.Create(key, batch, out ProofError? error) ?? throw new InvalidOperationException(error!.ToString());
        SecurityBudget budget = verifier.Budget;
        Assert.True(budget.IsEnough, string.Join('\n', budget.Lines));
        Assert.Equal(bits ?? Text(budget.TotalBits), Text(budget.TotalBits));

        // The sum is that of its terms, and each query term is what unique decoding gives.
        Assert.Equal(10, budget.Terms.Length);
        Assert.Equal(budget.TotalBits, -Math.Log2(budget.Terms.Sum(term => Math.Pow(2, -term.Bits))), 6);
        Assert.All(budget.Terms.Where(term => term.Step.StartsWith("opened", StringComparison.Ordinal)), term => Assert.InRange(term.Bits, 101.5, 103));
        Assert.InRange(budget.Terms.First().Bits, 99 + Math.Log2(3), 124);
    }

    /// <summary>Rows so long that their code's length eats the budget: the verifier doesn't even look at the proof.</summary>
    [Fact]
    public void TooLittleIsRefused()
    {
        Circuits.Circuit circuit = HandCircuit.Make(1);
        ProofShape shape = ProofShape.Of(circuit, 20, 0).Shape!;
        ProofVerifier verifier = new(shape, new byte[32], new byte[32]);
        Assert.False(verifier.Budget.IsEnough);
        ProofVerdict verdict = verifier.Verify(ProofStatement.One(new short[36], new short[36]), new byte[ProofSize.WithoutSiblings(shape)]);
        Assert.Equal(ProofOutcome.Failed, verdict.Outcome);
        Assert.Equal("zk/budget", verdict.Code);
    }

    /// <summary>A random coordinate that is 0 divides by zero in a layer's round: refused. No transcript that anyone finds draws one, so
    /// the rule is shown by itself: the inverse of 0 is 0, and h(1) would be 0 whatever the claim.</summary>
    [Fact]
    public void AZeroCoordinateWouldHideAClaim()
    {
        Assert.Equal(Ext4.Zero, Ext4.Zero.Invert());
        Ext4 claim = new(1, 2, 3, 4);
        Assert.Equal(Ext4.Zero, (claim - (Ext4.One * claim)) * Ext4.Zero.Invert());
    }

    /// <summary>The channel gives zeros for good once something was missing: nothing can make it well again.</summary>
    [Fact]
    public void AFailedChannelStaysFailed()
    {
        VerifierChannel channel = new(new byte[8]);
        Assert.Equal([Ext4.Zero], channel.Receive("a", 1));
        Assert.True(channel.Failed);
        Assert.Equal(8, channel.ReceiveBytes("b", 8).Length);
        Assert.False(channel.ReceiveGround("c", 0));
        Assert.Equal([0u, 0u], channel.ReceiveSymbols(2));
        Assert.Equal(64, channel.ReceiveDigests(2).Length);
        Assert.True(channel.Failed);
        Assert.False(channel.IsConsumed);
    }

    private static string Text(double bits) => bits.ToString("F4", CultureInfo.InvariantCulture);
}
