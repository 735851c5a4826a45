using Assay.Proofs.Fields;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Lies about what was committed to.</summary>
public sealed class CommitmentAttackTests
{
    private static readonly ProofCase Case = ProofCase.Hand(3);

    [Fact]
    public void AnOpenedSymbolOfTheWitnessChanged() =>
        Case.Rejected("zk/witness-column", new() { WitnessSymbols = (_, _, symbols) => symbols[0] = KoalaBear.Add(symbols[0], 1) });

    /// <summary>Two symbols changed so that the column still folds to the same number: only the root tells.</summary>
    [Fact]
    public void AColumnReplacedByOneThatFoldsToTheSame()
    {
        // All symbols of a position become those of the folded row's own codeword: impossible over the base field, so a
        // column of a second code with the same fold doesn't exist; the sibling is changed instead.
        Case.Rejected("zk/witness-root", new()
        {
            WitnessSiblings = siblings =>
            {
                siblings[0] ^= 1;
                return siblings;
            },
        });
    }

    [Fact]
    public void AnOpenedSymbolOfTheWeightsChanged() =>
        Case.Rejected("zk/weights-column", new() { WeightSymbols = (_, _, symbols) => symbols[^1] = KoalaBear.Add(symbols[^1], 1) });

    [Fact]
    public void ASiblingOfTheWeightsChanged() => Case.Rejected("zk/weights-root", new()
    {
        WeightSiblings = siblings =>
        {
            siblings[^1] ^= 128;
            return siblings;
        },
    });

    [Fact]
    public void ColumnsOfTheNextPositionsOpened() => Case.Rejected("zk/weights-column", new()
    {
        WeightSymbols = (positions, codewords, symbols) =>
        {
            for (int i = 0; i < symbols.Length; i++)
            {
                uint[] row = codewords[i % codewords.Length];
                symbols[i] = row[(positions[i / codewords.Length] + 1) % row.Length];
            }
        },
    });

    [Fact]
    public void TheRootOfTheWitnessReplacedAfterCommitting() =>
        Case.Rejected("zk/witness-root", new() { Root = root => root[5] ^= 1 });

    /// <summary>Words that lie between codewords: beyond unique decoding (37.5%), and far from the code.</summary>
    [Theory]
    [InlineData(0.40)]
    [InlineData(0.60)]
    [InlineData(0.95)]
    public void ARowOfTheWitnessThatIsNoCodeword(double errors) =>
        Case.Rejected("zk/witness-column", new() { Codewords = rows => Spoil(rows[1], errors) });

    /// <summary>A word halfway between two codewords: half of its symbols are those of one, half those of the other.</summary>
    [Fact]
    public void ARowHalfwayBetweenTwoCodewords() => Case.Rejected("zk/witness-column", new()
    {
        Codewords = rows =>
        {
            for (int i = 0; i < rows[0].Length; i += 2)
            {
                rows[0][i] = rows[1][i];
            }
        },
    });

    [Theory]
    [InlineData(0.45)]
    [InlineData(0.90)]
    public void ARegisteredRowOfWeightsThatIsNoCodeword(double errors)
    {
        ReferenceProver prover = new(Case.Shape, Case.Matrices, root => root, rows => Spoil(rows[2], errors));
        ProofVerifier verifier = new(Case.Shape, prover.Root, prover.Root);
        Assert.Equal("zk/weights-column", verifier.Verify(Case.Statement, prover.Prove(Case.Statement, Case.Columns)).Code);
    }

    /// <summary>Honest columns of other weights, under this key.</summary>
    [Fact]
    public void OtherWeightsUnderThisKey()
    {
        int[][] others = HandCircuit.Matrices(77);
        ReferenceProver prover = new(Case.Shape, others, _ => Case.Prover.Root);
        long[][] columns = HandCircuit.Fill(Case.Circuit, others, Case.Columns[0], Case.Columns[1]);
        Assert.Equal("zk/weights-root", Case.Verifier.Verify(Case.Statement, prover.Prove(Case.Statement, columns)).Code);
    }

    /// <summary>Weights out of range are no lie about the root: they are what another key commits to, and its root differs.</summary>
    [Fact]
    public void WeightsOutOfRangeNeedAnotherRoot()
    {
        int[][] large = [.. Case.Matrices.Select(matrix => (int[])matrix.Clone())];
        large[0][0] = 1_000_000;
        ReferenceProver prover = new(Case.Shape, large, root => root);
        Assert.NotEqual(Case.Prover.Root, prover.Root);
        long[][] columns = HandCircuit.Fill(Case.Circuit, large, Case.Columns[0], Case.Columns[1]);
        byte[] proof = prover.Prove(Case.Statement, columns);
        Assert.Equal("zk/ok", new ProofVerifier(Case.Shape, prover.Root, prover.Root).Verify(Case.Statement, proof).Code);
        Assert.Equal(ProofOutcome.Failed, Case.Verifier.Verify(Case.Statement, proof).Outcome);
    }

    /// <summary>A weight at a place of k that is no weight's (padding): the tile commits to it, but no column is multiplied with
    /// it.</summary>
    [Fact]
    public void WeightsAtPlacesThatAreNoWeightsChangeNothing()
    {
        int[][] padded = [.. Case.Matrices.Select(matrix => (int[])matrix.Clone())];
        padded[1][39] = 12345;
        ReferenceProver prover = new(Case.Shape, padded, root => root);
        byte[] proof = prover.Prove(Case.Statement, Case.Columns);
        Assert.Equal("zk/ok", new ProofVerifier(Case.Shape, prover.Root, prover.Root).Verify(Case.Statement, proof).Code);
    }

    [Fact]
    public void GarbageInEveryCellThatNobodyReadsChangesNothing() => Case.Accepted(new()
    {
        Cells = w =>
        {
            HashSet<long> used = [];
            foreach (Circuits.Column column in Case.Circuit.Columns)
            {
                foreach (int[] place in Boxes.Indices(column.Dims))
                {
                    used.Add(Case.Shape.Witness.Boxes[column.Index].Cell(place));
                }
            }

            for (int i = 0; i < w.Length; i++)
            {
                w[i] = used.Contains(i) ? w[i] : (uint)((i * 7919) + 13);
            }
        },
    });

    [Fact]
    public void AWrongNonce() => Case.Rejected("zk/work", new() { Nonce = nonce => nonce + 1 });

    [Fact]
    public void ANonceWhereNoWorkIsAsked() => Case.Rejected("zk/work", new() { LookupNonce = nonce => nonce + 1 });

    private static void Spoil(uint[] row, double errors)
    {
        Random random = new(5);
        int[] places = [.. Enumerable.Range(0, row.Length)];
        random.Shuffle(places);
        foreach (int place in places.Take((int)(errors * row.Length)))
        {
            row[place] = (uint)random.NextInt64(KoalaBear.P);
        }
    }
}
