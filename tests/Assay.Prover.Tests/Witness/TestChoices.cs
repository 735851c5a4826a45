using System.Collections.Immutable;
using System.Numerics;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Prover.Tests.Witness;

/// <summary>Choices that hold all that can occur: by turns direct and split where both are possible.</summary>
internal static class TestChoices
{
    public static ImmutableArray<TailChoice> Of(ExactProgram program, int seed, out ProofError? error) =>
        CircuitBuilder.Choose(program, question => Choose(question, seed), out error);

    private static TailChoice? Choose(TailQuestion question, int seed)
    {
        int width = question.Result.Hi - question.Result.Lo;
        int bits = BitOperations.Log2((uint)width) + 1;
        List<int> before = [], after = [], lowest = [], highest = [];
        for (int n = 0; n < question.Shifts.Length; n++)
        {
            Interval total = question.TotalAt(n);
            Int128 lo = (total.Lo >> question.Shifts[n]) - question.Result.Lo;
            Int128 hi = (total.Hi >> question.Shifts[n]) - question.Result.Lo;
            before.Add((int)Int128.Max(0, -lo));
            after.Add((int)Int128.Max(0, hi - width));
            lowest.Add((int)Int128.Min(0, lo >> bits));
            highest.Add((int)Int128.Max(0, hi >> bits));
        }

        TailChoice[] all =
        [
            new TailChoice.Plain(),
            new TailChoice.Direct([.. before], [.. after]),
            new TailChoice.Split(bits, [.. lowest], [.. highest]),
        ];
        if (before.All(static b => b == 0) && after.All(static a => a == 0) && question.Admits(all[0]))
        {
            return all[0];
        }

        int first = (seed + question.Operation) % 2;
        bool fits = before.Max() + after.Max() < 1 << 14;
        return fits && question.Admits(all[1 + first]) ? all[1 + first]
            : fits && question.Admits(all[2 - first]) ? all[2 - first]
            : question.Admits(all[2]) ? all[2] : null;
    }
}
