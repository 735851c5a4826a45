using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Rules of the circuit that look superfluous: without one of them a concrete lie is proved. The circuits here are made
/// unsound on purpose.</summary>
public sealed class AblationTests
{
    /// <summary>The rows of a table of which the keys are one number.</summary>
    private sealed record PlainTable(ImmutableArray<(int C0, int C1, int C2)> Entries) : ProofTable
    {
        public override int Rows => Entries.Length;

        public override (int C0, int C1, int C2) Row(int index) => Entries[index];

        public override int Find(long c0, long c1, long c2) => Entries.IndexOf(((int)c0, (int)c1, (int)c2));
    }

    /// <summary>Without a remainder's range any result has a remainder.</summary>
    [Fact]
    public void WithoutTheRemaindersRangeAnyResultIsProved()
    {
        ProofSetup setup = ProofSetup.Small("dense", 1);
        WitnessStep.Requantised step = setup.Circuit.Steps.OfType<WitnessStep.Requantised>().First();
        Requantisation tail = step.Tail;
        (long[][] columns, short[][] inputs, short[][] outputs) = Lie(setup, step, all =>
        {
            all[tail.Before][0]++;
            all[tail.Result][0] = Math.Clamp(all[tail.Before][0], tail.Lo, tail.Hi);
            all[tail.Limbs[0]][0] -= 1L << tail.ShiftAt(0);
        });
        Circuit unsafeCircuit = setup.Circuit with
        {
            Items = [.. setup.Circuit.Items.Where(item => item.Expressions[0].Views[0].Column != tail.Limbs[0])],
        };
        Assert.Equal("zk/lookup-sum", Verify(setup.Circuit, setup, columns, inputs, outputs));
        Assert.Equal("zk/ok", Verify(unsafeCircuit, setup, columns, inputs, outputs));
    }

    /// <summary>High and low part looked up through one key k*2^c + l: l runs out of its range into another class.</summary>
    [Fact]
    public void WithOneKeyForClassAndLowPartAWrongResultIsProved()
    {
        ProofSetup setup = ProofSetup.Small("dense", 1);
        WitnessStep.Requantised step = setup.Circuit.Steps.OfType<WitnessStep.Requantised>().First(s => s.Tail.Choice is TailChoice.Split);
        Requantisation tail = step.Tail;
        int size = 1 << ((TailChoice.Split)tail.Choice).LowBits;
        int wrong = -1;
        (long[][] columns, short[][] inputs, short[][] outputs) = Lie(setup, step, all =>
        {
            // A value in range: h = 0, k = 1. Written with h = 1 and l - 2^c its class is 2; the key 2*2^c + l - 2^c is that of k = 1 again,
            // which says the right y. With h = -1, l + 2^c, k = 0 too. Two steps away it is another class's key: a wrong y.
            wrong = Array.FindIndex(all[tail.Class], k => k == 1);
            all[tail.Before][wrong] = -2;
            all[tail.Class][wrong] = 0;
            all[tail.Low][wrong] += 2 * size;
            all[tail.Result][wrong] = tail.Hi;
        });
        LookupItem slices = setup.Circuit.Items.First(item =>
            item.Expressions.Length == 3 && item.Expressions[0].Views[0].Column == tail.Low);
        ProofTable honest = setup.Circuit.Tables[slices.Tables[0]];
        PlainTable combined = new([.. Enumerable.Range(0, honest.Rows).Select(honest.Row).Select(row => ((row.C2 * size) + row.C0, row.C1, 0))]);
        View high = slices.Expressions[2].Views[0];
        LookupItem oneKey = slices with
        {
            Expressions =
            [
                new([.. slices.Expressions[0].Views, high with { Coefficient = high.Coefficient * size }], 0), slices.Expressions[1],
            ],
        };
        Circuit unsafeCircuit = setup.Circuit with
        {
            Tables = setup.Circuit.Tables.SetItem(slices.Tables[0], combined),
            Items = setup.Circuit.Items.Replace(slices, oneKey),
        };
        Assert.Equal("zk/lookup-sum", Verify(setup.Circuit, setup, columns, inputs, outputs));
        Assert.Equal("zk/ok", Verify(unsafeCircuit, setup, columns, inputs, outputs));
    }

    /// <summary>Without the gap S - 1 - q a softmax's reciprocal may be too small.</summary>
    [Fact]
    public void WithoutTheGapASmallerReciprocalIsProved()
    {
        ProofSetup setup = ProofSetup.Small("attention", 1);
        WitnessStep.Reciprocal step = setup.Circuit.Steps.OfType<WitnessStep.Reciprocal>().Single();
        (long[][] columns, short[][] inputs, short[][] outputs) = Lie(setup, step, all =>
        {
            // 2^k = (R - 1)*S + (q + S).
            all[step.Limbs[0]][0]--;
            long rest = all[step.Rest.Low][0] + (4096 * all[step.Rest.High][0]) + all[step.Sum][0];
            all[step.Rest.Low][0] = rest & 4095;
            all[step.Rest.High][0] = rest >> 12;
            long gap = all[step.Sum][0] - 1 - rest;
            all[step.Gap.Low][0] = gap;
            all[step.Gap.High][0] = 0;
        });
        Circuit unsafeCircuit = setup.Circuit with
        {
            Items = [.. setup.Circuit.Items.Where(item => item.Expressions[0].Views[0].Column != step.Gap.Low)],
        };
        Assert.Equal("zk/lookup-sum", Verify(setup.Circuit, setup, columns, inputs, outputs));
        Assert.Equal("zk/ok", Verify(unsafeCircuit, setup, columns, inputs, outputs));
    }

    /// <summary>Without one of its identities a value may be anything.</summary>
    [Fact]
    public void WithoutItsIdentityACopyIsFree()
    {
        ProofSetup setup = ProofSetup.Small("layout", 1);
        WitnessStep.Determined step = setup.Circuit.Steps.OfType<WitnessStep.Determined>().First();
        (long[][] columns, short[][] inputs, short[][] outputs) = Lie(setup, step, all => all[step.Column][0]++);
        Circuit unsafeCircuit = setup.Circuit with { Identities = setup.Circuit.Identities.RemoveAt(step.Identity) };
        Assert.Equal("zk/witness-value", Verify(setup.Circuit, setup, columns, inputs, outputs));
        Assert.Equal("zk/ok", Verify(unsafeCircuit, setup, columns, inputs, outputs));
    }

    private static (long[][] Columns, short[][] Inputs, short[][] Outputs) Lie(ProofSetup setup, WitnessStep liar, Action<long[][]> lie) =>
        setup.Lie([ProofPrograms.Inputs(setup.Model, 100)], (step, columns) =>
        {
            if (ReferenceEquals(step, liar))
            {
                lie(columns);
            }
        });

    private static string Verify(Circuit circuit, ProofSetup setup, long[][] columns, short[][] inputs, short[][] outputs)
    {
        ProofShape shape = ProofShape.Of(circuit, setup.Verifier.Shape.A, setup.Verifier.Shape.B).Shape!;
        ReferenceProver prover = new(shape, setup.Matrices, root => root);
        ProofStatement statement = ProofStatement.One(inputs[0], outputs[0]);
        return new ProofVerifier(shape, prover.Root, prover.Root).Verify(statement, prover.Prove(statement, columns)).Code;
    }
}
