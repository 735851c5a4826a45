using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Keys;
using Assay.Prover.Registration;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Prover.Tests.Registration;

/// <summary>Random programs lower, keep the relation of their circuits with the reference interpreter's outputs, and with no others.</summary>
public sealed class LoweringTests
{
    private static readonly int Programs = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1" ? 6000 : 60;

    [Fact]
    public void Every_program_of_provable_operations_keeps_the_relation_with_the_reference_outputs()
    {
        for (int seed = 0; seed < Programs; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateProvable(seed);
            IReadOnlyList<short[][]> runs = seed % 5 != 0 ? [inputs] : [inputs, RandomPrograms.InputsFor(model, seed + 1), RandomPrograms.InputsFor(model, seed + 2)];
            (Circuit circuit, IReadOnlyList<int[]> matrices, long[][] columns) = Witness(model, runs, seed);
            string? wrong = RelationChecker.Check(circuit, matrices, columns);
            Assert.True(wrong is null, $"seed {seed}: {wrong}");
            for (int run = 0; run < runs.Count; run++)
            {
                short[][] expected = ReferenceInterpreter.Run(model, runs[run]);
                for (int i = 0; i < expected.Length; i++)
                {
                    long[] actual = columns[circuit.Outputs[i]];
                    Assert.Equal(expected[i], Enumerable.Range(0, expected[i].Length).Select(j => (short)actual[(j * runs.Count) + run]));
                }
            }
        }
    }

    [Fact]
    public void A_number_that_is_changed_by_one_breaks_the_relation()
    {
        Random random = new(7);
        for (int seed = 0; seed < Programs / 3; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateProvable(seed);
            (Circuit circuit, IReadOnlyList<int[]> matrices, long[][] columns) = Witness(model, [inputs], seed);
            int[] committed = [.. Enumerable.Range(circuit.Inputs.Length, columns.Length - circuit.Inputs.Length)];
            foreach (int column in (int[])[circuit.Outputs[0], committed[random.Next(committed.Length)]])
            {
                if (column < circuit.Inputs.Length)
                {
                    continue;
                }

                int cell = random.Next(columns[column].Length);
                int change = random.Next(2) == 0 ? 1 : -1;
                columns[column][cell] += change;
                Assert.True(RelationChecker.Check(circuit, matrices, columns) is not null, $"seed {seed}: column {column}, cell {cell}, {change}");
                columns[column][cell] -= change;
            }
        }
    }

    /// <summary>What is requantised is known modulo p only. No other integer of that residue has a decomposition that the tables allow, so
    /// a wrong result has no witness whatever the other columns are.</summary>
    [Fact]
    public void No_congruent_number_has_a_decomposition_of_its_own()
    {
        for (int seed = 0; seed < Programs; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateProvable(seed);
            (Circuit circuit, _, long[][] columns) = Witness(model, [inputs], seed);
            foreach (WitnessStep.Requantised step in circuit.Steps.OfType<WitnessStep.Requantised>())
            {
                Requantisation tail = step.Tail;
                ImmutableArray<int> dims = circuit.Columns[tail.Result].Dims;
                int number = 0;
                foreach (int[] position in Boxes.Indices(dims))
                {
                    int channel = tail.ChannelAxis < 0 ? 0 : position[tail.ChannelAxis];
                    long total = Total(tail, columns, channel, number++);
                    for (int wraps = -3; wraps <= 3; wraps++)
                    {
                        long other = (total + (wraps * (long)KoalaBear.P)) >> tail.ShiftAt(channel);
                        Assert.True(wraps == 0 == IsAllowed(tail, other, channel), $"seed {seed}, operation {step.Operation}: {total} and {wraps} p");
                    }
                }
            }
        }
    }

    private static long Total(Requantisation tail, long[][] columns, int channel, int number)
    {
        long value = columns[tail.Before][number];
        if (tail.Choice is TailChoice.Split split)
        {
            value = tail.Lo + (value << split.LowBits) + columns[tail.Low][number];
        }

        long remainder = 0;
        for (int i = 0; i < tail.Limbs.Length; i++)
        {
            remainder += columns[tail.Limbs[i]][number] << (i * tail.LimbBits);
        }

        return (value << tail.ShiftAt(channel)) + remainder;
    }

    private static bool IsAllowed(Requantisation tail, long value, int channel)
    {
        switch (tail.Choice)
        {
            case TailChoice.Direct direct:
                int i = direct.Before.Length == 1 ? 0 : channel;
                return value >= tail.Lo - direct.Before[i] && value <= tail.Hi + direct.After[i];
            case TailChoice.Split split:
                int j = split.Lowest.Length == 1 ? 0 : channel;
                long high = (value - tail.Lo) >> split.LowBits;
                return high >= split.Lowest[j] && high <= split.Highest[j];
            default:
                return value >= tail.Lo && value <= tail.Hi;
        }
    }

    private static (Circuit Circuit, IReadOnlyList<int[]> Matrices, long[][] Columns) Witness(
        ExactModel model, IReadOnlyList<short[][]> runs, int seed)
    {
        CompiledChoices? compiled = ChoiceCompiler.Compile(model, out ProofError? error);
        Assert.True(compiled is not null, $"seed {seed}: {error}");
        Circuit? circuit = CircuitBuilder.Build(model.Program, compiled.Choices, compiled.LimbBits, runs.Count, out error);
        Assert.True(circuit is not null, $"seed {seed}: {error}");
        IReadOnlyList<int[]> matrices = RelationEvaluator.Matrices(model, circuit);
        return (circuit, matrices, ReferenceWitness.Of(circuit, matrices, runs));
    }
}
