using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;
using Assay.Prover.Witness;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Prover.Tests.Witness;

public sealed unsafe class WitnessPlanTests
{
    private static bool IsDeep => Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    public void ColumnsAreTheReferences(bool wide, int batch)
    {
        int proved = 0;
        using WorkerTeam one = new(1), two = new(2);
        for (int seed = 0; seed < (IsDeep ? 5000 : wide ? 300 : 150); seed++)
        {
            (ExactModel model, _) = wide ? RandomPrograms.GenerateWide(seed) : RandomPrograms.Generate(seed);
            ImmutableArray<TailChoice> choices = TestChoices.Of(model.Program, seed, out ProofError? error);
            if (error is not null)
            {
                continue;
            }

            Circuit circuit = CircuitBuilder.Build(model.Program, choices, 8 + (seed % 9), batch, out error)!;
            if (error is not null || circuit.Columns.Sum(static c => c.Dims.Aggregate(1L, static (a, b) => a * b)) > 200_000)
            {
                continue;
            }

            VectorPath path = (seed % 3) switch { 0 => VectorPath.Auto, 1 => VectorPath.Vector256, _ => VectorPath.Portable };
            Check(model, circuit, path, seed % 2 == 0 ? one : two, seed);
            proved++;
        }

        Assert.True(proved > 20, $"Only {proved} programs have a circuit.");
    }

    private static void Check(ExactModel model, Circuit circuit, VectorPath path, WorkerTeam team, int seed)
    {
        short[][][] runs = [.. Enumerable.Range(0, circuit.Batch).Select(run => RandomPrograms.InputsFor(model, seed + (1000 * run)))];
        long[][] expected = [.. ReferenceWitness.Of(model, circuit, runs), .. circuit.Tables.Select(static table => new long[table.Rows])];
        ReferenceLookups.Count(circuit, expected);
        short[] inputs = [.. Enumerable.Range(0, model.Program.Inputs.Length).SelectMany(input => runs.SelectMany(run => run[input]))];

        using NativeArena arena = new();
        using WitnessColumns columns = new(arena, circuit);
        using NativeBuffer<nint> pointers = new(circuit.Columns.Length);
        for (int column = 0; column < circuit.Columns.Length; column++)
        {
            columns.Span(column).Fill(-7);
            pointers.Pointer[column] = (nint)columns.Column(column);
        }

        LayerWeights?[] weights = new LayerWeights?[circuit.Matrices.Length];
        using WitnessPlan plan = new(model, circuit, weights, path);
        using WitnessScratch scratch = new();
        fixed (short* x = inputs)
        {
            scratch.Inputs = x;
            plan.Run((int**)pointers.Pointer, scratch, team);
        }

        plan.Multiplicities.Count((int**)pointers.Pointer, team);
        for (int column = 0; column < circuit.Columns.Length; column++)
        {
            long[] actual = Array.ConvertAll(columns.Span(column).ToArray(), static x => (long)x);
            Assert.True(expected[column].AsSpan().SequenceEqual(actual), $"seed {seed}, column {column} of {circuit.Columns.Length}, step {Step(circuit, column)}");
        }

        foreach (LayerWeights? layer in weights)
        {
            layer?.Dispose();
        }
    }

    private static string Step(Circuit circuit, int column) => circuit.Steps.FirstOrDefault(step => step switch
    {
        WitnessStep.Given given => given.Column == column,
        WitnessStep.Determined determined => determined.Column == column,
        WitnessStep.Mapped mapped => mapped.Columns.Contains(column),
        WitnessStep.Digits digits => digits.Columns.Any(c => c.Column == column),
        WitnessStep.Requantised requantised => requantised.Tail.Result == column || requantised.Tail.Before == column || requantised.Tail.Limbs.Contains(column),
        _ => false,
    })?.ToString() ?? "multiplicities or parts";
}
