using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Commitments;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Attacks that were published on other proof systems, each tried here.</summary>
public sealed class PublishedAttackTests
{
    private static readonly ProofCase Case = ProofCase.Hand(3);

    /// <summary>Plonky3 #627, Jolt #981, Ceno #1150, Jolt #1736: a value that was sent but not absorbed can be chosen after the
    /// challenges. Here every message moves all later challenges, up to the positions that are opened.</summary>
    [Fact]
    public void ClaimedEvaluationsThatArentAbsorbed_Plonky3_Jolt_Ceno()
    {
        int[] honest = Positions(new());
        ProverHooks[] changes =
        [
            new() { Root = root => root[0] ^= 1 },
            new() { GkrRoot = v => v[0] += Ext4.One },
            new() { GkrRound = (k, t, h) => h[1] += k == 6 && t == 0 ? Ext4.One : Ext4.Zero },
            new() { GkrValues = (k, _, _, v) => v[3] += k == Case.Shape.LeafBits - 1 ? Ext4.One : Ext4.Zero },
            new() { Values = (_, _, v) => v[2] += Ext4.One },
            new() { Sum = a => a[0] += Ext4.One },
            new() { ProductRound = (t, g) => g[1] += t == 0 ? Ext4.One : Ext4.Zero },
            new() { ProductValues = (_, _, values) => values[^1] += Ext4.One },
            new() { ReduceRound = (t, g) => g[1] += t == 0 ? Ext4.One : Ext4.Zero },
            new() { WitnessFold = (_, _, u) => u[^1] += new Ext4(0, 0, 0, 1) },
            new() { WeightFold = (_, _, u) => u[^1] += new Ext4(0, 0, 0, 1) },
            new() { Nonce = nonce => nonce + 1 },
            new() { LookupNonce = nonce => nonce + 1 },
        ];
        foreach (ProverHooks change in changes)
        {
            Assert.NotEqual(honest, Positions(change));
        }
    }

    /// <summary>DeepProve: lookup challenges that are known before the witness is chosen. They follow from its root.</summary>
    [Fact]
    public void LookupChallengesBeforeTheWitness_DeepProve()
    {
        Ext4 first = default;
        Ext4 second = default;
        Case.Try(new() { GkrValues = (k, lambda, _, _) => first = k == 1 ? lambda : first });
        Case.Try(new() { Columns = all => all[4][0]++, GkrValues = (k, lambda, _, _) => second = k == 1 ? lambda : second });
        Assert.NotEqual(first, second);
    }

    /// <summary>The frozen heart (jolt-atlas #230 and #244, Expander 4a8c2be0, HyperPlonk #164, provekit #360): inputs, outputs, batch
    /// and model are absorbed first.</summary>
    [Fact]
    public void StatementsThatArentBound_FrozenHeart()
    {
        byte[] proof = Case.Prover.Prove(ProofStatement.Many(3, new byte[32]), Case.Columns);
        Assert.Equal(ProofOutcome.Failed, Case.Verifier.Verify(Case.Statement, proof).Outcome);
        ReferenceProver otherKey = new(Case.Shape, Case.Matrices, _ => new byte[32]);
        Assert.Equal(ProofOutcome.Failed, Case.Verifier.Verify(Case.Statement, otherKey.Prove(Case.Statement, Case.Columns)).Outcome);
    }

    /// <summary>Expander 4e275761, Plonky3 #398, dusk plonk #825: what is absorbed under which label, how long and in which
    /// order.</summary>
    [Fact]
    public void LabelsLengthsAndOrderOfWhatIsAbsorbed()
    {
        Assert.NotEqual(Drawn(t => t.Absorb("a", [1, 2])), Drawn(t => t.Absorb("b", [1, 2])));
        Assert.NotEqual(Drawn(t => t.Absorb("a", [1, 2])), Drawn(t => t.Absorb("a1", [2])));
        Assert.NotEqual(Drawn(t => t.Absorb("a", [1, 2])), Drawn(t => Twice(t, [1], [2])));
        Assert.NotEqual(Drawn(t => Twice(t, [1], [2])), Drawn(t => Twice(t, [2], [1])));
        Assert.NotEqual(Drawn(t => t.Absorb("a", [])), Drawn(_ => { }));
        Assert.NotEqual(Drawn(t => t.Draw("x")), Drawn(t => t.Draw("y")));
        Assert.Equal(Drawn(t => t.Draw("x", 0)), Drawn(_ => { }));
    }

    /// <summary>Jolt #1474 and #1485 (a last claim that nobody checks), jolt-atlas #138 and #178 (several openings of one node of which
    /// the last counts).</summary>
    [Fact]
    public void ClaimsThatAreTrustedOrCountTwice_Jolt()
    {
        ClaimLedger unused = new();
        unused.Enter("weights", 0, Ext4.One);
        unused.Batch(Ext4.One, 0);
        Assert.False(unused.IsSettled);

        ClaimLedger twice = new();
        twice.Enter("weights", 0, Ext4.One);
        twice.Use("weights", 0);
        twice.Use("weights", 0);
        twice.Batch(Ext4.One, 0);
        Assert.False(twice.IsSettled);

        ClaimLedger entered = new();
        entered.Enter("weights", 0, Ext4.One);
        entered.Enter("weights", 0, Ext4.Zero);
        entered.Use("weights", 0);
        entered.Batch(Ext4.One, 0);
        Assert.False(entered.IsSettled);

        ClaimLedger late = new();
        late.Batch(Ext4.One, 0);
        late.Add(new("late", [], Ext4.One));
        Assert.False(late.IsSettled);
        Assert.False(new ClaimLedger().IsSettled);

        ClaimLedger both = new();
        both.Add(new("same", [], Ext4.From(5)));
        both.Add(new("same", [], Ext4.From(7)));
        Assert.Equal(Ext4.From(5 + (7 * 10)), both.Batch(Ext4.From(10), 2).Value);
        Assert.True(both.IsSettled);

        ClaimLedger missing = new();
        missing.Add(new("one", [], Ext4.One));
        missing.Batch(Ext4.One, 2);
        Assert.False(missing.IsSettled);
    }

    /// <summary>EZKL's audit (division and reciprocal that wrap around the field), jolt-atlas #203 (a remainder without a range):
    /// R and q with <c>R*S + q = 2^k mod p</c>.</summary>
    [Fact]
    public void AReciprocalThatWrapsAroundTheField_Ezkl_JoltAtlas()
    {
        ProofSetup setup = ProofSetup.Small("attention", 1);
        WitnessStep.Reciprocal step = setup.Circuit.Steps.OfType<WitnessStep.Reciprocal>().Single();
        ProofCase lying = ProofCase.Lying(setup, (at, columns) =>
        {
            if (ReferenceEquals(at, step))
            {
                uint inverse = KoalaBear.Invert(KoalaBear.From(columns[step.Sum][0]));
                columns[step.Limbs[0]][0] = KoalaBear.Mul(inverse, KoalaBear.From(1L << step.Bits));
                columns[step.Rest.Low][0] = 0;
                columns[step.Rest.High][0] = 0;
            }
        });
        Assert.Equal(ProofOutcome.Failed, lying.Try(new()).Outcome);
    }

    /// <summary>EZKL's audit: a shuffle that only asks whether each element occurs accepts [5, 5, 5, 5, 5]. Layout is equalities
    /// here, and lookups count.</summary>
    [Fact]
    public void AShuffleWithoutMultiplicities_Ezkl()
    {
        ProofSetup setup = ProofSetup.Small("layout", 1);
        WitnessStep.Determined step = setup.Circuit.Steps.OfType<WitnessStep.Determined>().First();
        ProofCase lying = ProofCase.Lying(setup, (at, columns) =>
        {
            if (ReferenceEquals(at, step))
            {
                Array.Fill(columns[step.Column], columns[step.Column][0]);
            }
        });
        lying.Rejected("zk/witness-value", new());
    }

    /// <summary>Plonky2's advisory: a table without padding always has 0 → 0. Here cells that belong to no box have the fraction 0/1:
    /// a tuple of zeros isn't in a table that hasn't it.</summary>
    [Fact]
    public void ATupleOfZerosThatNoTableHas_Plonky2()
    {
        Circuit circuit = HandCircuit.Make(1);
        LookupItem item = circuit.Items[1] with { TableAxis = -1, Tables = [1], Expressions = [circuit.Items[1].Expressions[0] with { Constant = 9 }] };
        ShiftedTable table = new();
        circuit = circuit with { Items = [circuit.Items[0], item], Tables = circuit.Tables.SetItem(1, table) };
        ProofShape shape = ProofShape.Of(circuit, 3, 1).Shape!;
        int[][] matrices = HandCircuit.Matrices(1);
        (long[][] columns, _, short[][] outputs) = HandCircuit.Run(circuit, matrices, 2);
        ReferenceProver prover = new(shape, matrices, root => root);
        ProofVerifier verifier = new(shape, prover.Root, prover.Root);
        ProofStatement honest = ProofStatement.One(HandCircuit.Runs(columns[0], 1)[0], outputs[0]);
        Assert.Equal("zk/ok", verifier.Verify(honest, prover.Prove(honest, columns)).Code);

        // x = -9 gives the tuple (0): everything else follows from it; the first item's table has no -9 either, so it is widened.
        Circuit widened = circuit with { Items = [item] };
        ProofShape other = ProofShape.Of(widened, 3, 1).Shape!;
        long[] x = [.. columns[0]];
        x[0] = -9;
        long[][] lie = HandCircuit.Fill(widened, matrices, x, columns[1]);
        ReferenceProver liar = new(other, matrices, root => root);
        byte[] proof = liar.Prove(honest, lie);
        Assert.Equal("zk/lookup-sum", new ProofVerifier(other, liar.Root, liar.Root).Verify(honest, proof).Code);
    }

    /// <summary>LogUp in a small field: with p lookups a multiplicity would be 0. Circuits with so many have no shape.</summary>
    [Fact]
    public void AsManyLookupsAsTheFieldHasNumbers()
    {
        Circuit circuit = HandCircuit.Make(1);
        LookupItem many = circuit.Items[0] with { Dims = [1 << 15, 1 << 15, 2, 1] };
        (ProofShape? shape, ProofError? error) = ProofShape.Of(circuit with { Items = [many] }, 3, 1);
        Assert.Null(shape);
        Assert.Equal("zk/limit", error!.Code);
    }

    /// <summary>Parameters that rest on a conjecture about list decoding: here the number of columns follows from unique decoding: as
    /// many as <c>(1 + rate)/2</c> of all positions may agree with a wrong row.</summary>
    [Theory]
    [InlineData(1 << 10)]
    [InlineData(1 << 13)]
    [InlineData(1 << 22)]
    public void ParametersOfAConjecture(int codeLength)
    {
        int queries = CodeQueries.Count(codeLength);
        double replaced = queries * Math.Log2((1 + 0.25) / 2);
        Assert.True(replaced <= -75 && queries >= 115, $"{queries} {replaced}");
        Assert.InRange(-Math.Log2(CodeQueries.Error(codeLength)), 89.5, 91);
    }

    /// <summary>DeepProve's softmax is accepted within a band of errors. Here one off by one is refused.</summary>
    [Fact]
    public void ASoftmaxWithinATolerance_DeepProve()
    {
        ProofSetup setup = ProofSetup.Small("attention", 1);
        WitnessStep.Requantised step = setup.Circuit.Steps.OfType<WitnessStep.Requantised>().First(
            at => setup.Model.Program.Operations[at.Operation] is Programs.SoftmaxOperation);
        ProofCase lying = ProofCase.Lying(setup, (at, columns) =>
        {
            if (ReferenceEquals(at, step))
            {
                columns[step.Tail.Result][0] += columns[step.Tail.Result][0] == 0 ? 1 : -1;
                columns[step.Tail.Before][0] = columns[step.Tail.Result][0];
            }
        });
        Assert.Equal(ProofOutcome.Failed, lying.Try(new()).Outcome);
    }

    /// <summary>Plonky3 #1921: rows of a pruned multi-opening that nobody authenticates. Every opened symbol counts, and every
    /// sibling.</summary>
    [Fact]
    public void SymbolsOfAMultiOpeningThatArentAuthenticated_Plonky3()
    {
        for (int i = 0; i < 40; i++)
        {
            int at = i;
            Assert.Equal(ProofOutcome.Failed, Case.Try(new()
            {
                WeightSymbols = (_, _, symbols) => symbols[at * symbols.Length / 40] ^= 1,
            }).Outcome);
        }
    }

    private sealed record ShiftedTable : ProofTable
    {
        public override int Rows => 16;

        public override (int C0, int C1, int C2) Row(int index) => (index + 1, 0, 0);

        public override int Find(long c0, long c1, long c2) => c0 is >= 1 and <= 16 ? (int)c0 - 1 : -1;
    }

    private static int[] Positions(ProverHooks hooks)
    {
        int[] opened = [];
        ProverHooks spying = new()
        {
            Root = hooks.Root,
            GkrRoot = hooks.GkrRoot,
            GkrRound = hooks.GkrRound,
            GkrValues = hooks.GkrValues,
            Values = hooks.Values,
            Sum = hooks.Sum,
            ProductRound = hooks.ProductRound,
            ProductValues = hooks.ProductValues,
            ReduceRound = hooks.ReduceRound,
            WitnessFold = hooks.WitnessFold,
            WeightFold = hooks.WeightFold,
            Nonce = hooks.Nonce,
            LookupNonce = hooks.LookupNonce,
            WitnessSymbols = (positions, _, _) => opened = positions,
        };
        Case.Try(spying);
        return opened;
    }

    private static Ext4[] Drawn(Action<Transcript> before)
    {
        Transcript transcript = new();
        before(transcript);
        return transcript.Draw("z", 2);
    }

    private static void Twice(Transcript transcript, byte[] first, byte[] second)
    {
        transcript.Absorb("a", first);
        transcript.Absorb("a", second);
    }
}
