using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Prover.Registration;
using Assay.Testing;
using Assay.Testing.Proofs;
using Xunit.Abstractions;

namespace Assay.Prover.Tests.Registration;

/// <summary>Random programs keep the relation of their circuits with the reference interpreter's values.</summary>
public sealed class LoweringTests(ITestOutputHelper output)
{
    [Fact]
    public void Wide_programs_that_lower_keep_the_relation()
    {
        Dictionary<string, int> refused = [];
        int lowered = 0;
        for (int seed = 0; seed < 1500; seed++)
        {
            (ExactModel model, short[][] inputs) = RandomPrograms.GenerateProvable(seed);
            CompiledChoices? compiled = ChoiceCompiler.Compile(model, out ProofError? error);
            if (compiled is null)
            {
                string key = error!.Code + " " + (error.Message.Contains('(') ? error.Message.Split('(')[1].Split(')')[0] : "");
                refused[key] = refused.GetValueOrDefault(key) + 1; if (refused[key] < 4) { output.WriteLine(seed + " " + error); }
                continue;
            }

            lowered++;
            Keeps(model, compiled, [inputs], seed);
        }

        output.WriteLine($"lowered {lowered}");
        foreach ((string key, int count) in refused.OrderByDescending(pair => pair.Value))
        {
            output.WriteLine($"{count} {key}");
        }
    }

    private static void Keeps(ExactModel model, CompiledChoices compiled, IReadOnlyList<short[][]> runs, int seed)
    {
        Circuit? circuit = CircuitBuilder.Build(model.Program, compiled.Choices, compiled.LimbBits, runs.Count, out ProofError? error);
        Assert.True(circuit is not null, $"seed {seed}: {error}");
        IReadOnlyList<int[]> matrices = RelationEvaluator.Matrices(model, circuit);
        long[][] columns = ReferenceWitness.Of(circuit, matrices, runs);
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
