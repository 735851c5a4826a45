using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Testing.Proofs;

/// <summary>All columns of a circuit from a model and inputs, in plain integers, step by step as the circuit says. Slow.</summary>
public sealed class ReferenceWitness
{
    private readonly Circuit _circuit;
    private readonly RelationEvaluator _evaluator;
    private readonly IReadOnlyList<short[][]> _runs;

    private ReferenceWitness(Circuit circuit, IReadOnlyList<int[]> matrices, IReadOnlyList<short[][]> runs)
    {
        _circuit = circuit;
        _runs = runs;
        long[][] columns =
        [
            .. circuit.Columns.Take(circuit.Columns.Length - circuit.Tables.Length).Select(column => new long[Boxes.Count(column.Dims)]),
        ];
        _evaluator = new(circuit, matrices, columns);
    }

    private long[][] Columns => _evaluator.Columns;

    /// <summary>The columns without the multiplicities, row-major; where a choice doesn't hold what occurs they don't keep the relation.</summary>
    /// <param name="runs">For each run, an array per input of the program.</param>
    public static long[][] Of(ExactModel model, Circuit circuit, IReadOnlyList<short[][]> runs) =>
        Of(circuit, RelationEvaluator.Matrices(model, circuit), runs);

    /// <summary>As above with other weights than a model's.</summary>
    /// <param name="matrices">M[j][k] at <c>j * 2^kb + k</c>, by matrix.</param>
    /// <param name="after">Called after each step, with the columns so far: a liar may change them, and what follows is consistent.</param>
    public static long[][] Of(
        Circuit circuit, IReadOnlyList<int[]> matrices, IReadOnlyList<short[][]> runs, Action<WitnessStep, long[][]>? after = null)
    {
        ReferenceWitness witness = new(circuit, matrices, runs);
        foreach (WitnessStep step in circuit.Steps)
        {
            witness.Take(step);
            after?.Invoke(step, witness.Columns);
        }

        return witness.Columns;
    }

    private void Take(WitnessStep step)
    {
        switch (step)
        {
            case WitnessStep.Given given:
                Fill(given);
                break;
            case WitnessStep.Determined determined:
                Relation identity = Relation.Identity(determined.Identity);
                Each(_evaluator.BoxOf(identity), (position, number) =>
                    Columns[determined.Column][number] = -_evaluator.Of(identity, position));
                break;
            case WitnessStep.Mapped mapped:
                Fill(mapped);
                break;
            case WitnessStep.Digits digits:
                Each(_evaluator.BoxOf(digits.Relation), (position, number) => Fill(digits, Left(digits.Relation, position), number));
                break;
            case WitnessStep.Requantised requantised:
                Each(_evaluator.BoxOf(requantised.Relation), (position, number) =>
                    Fill(requantised.Tail, Left(requantised.Relation, position), position, number));
                break;
            case WitnessStep.Reciprocal reciprocal:
                Fill(reciprocal);
                break;
        }
    }

    /// <summary>What is left for the columns that aren't filled yet.</summary>
    private long Left(Relation relation, int[] position) =>
        relation.IsInstance ? _evaluator.Of(relation, position) : -_evaluator.Of(relation, position);

    private static void Each(ImmutableArray<int> box, Action<int[], int> action)
    {
        int number = 0;
        foreach (int[] position in Boxes.Indices(box))
        {
            action(position, number++);
        }
    }

    private void Fill(WitnessStep.Given given)
    {
        long[] column = Columns[given.Column];
        for (int i = 0; i < column.Length; i++)
        {
            column[i] = _runs[i % _circuit.Batch][given.Input][i / _circuit.Batch];
        }
    }

    private void Fill(WitnessStep.Mapped mapped)
    {
        LookupItem item = _circuit.Items[mapped.Item];
        ProofTable table = _circuit.Tables[item.Tables[0]];
        Each(item.Dims, (position, number) =>
        {
            long key = _evaluator.Of(item.Expressions[0], position);
            (_, int c1, int c2) = table.Row((int)Math.Clamp(key - table.Row(0).C0, 0, table.Rows - 1));
            for (int i = 0; i < mapped.Columns.Length; i++)
            {
                Expression expression = item.Expressions[i + 1];
                long rest = (i == 0 ? c1 : c2) - _evaluator.Of(expression, position);
                Columns[mapped.Columns[i]][number] = rest * expression.Views.Single(view => view.Column == mapped.Columns[i] && Reads(view)).Coefficient;
            }
        });
    }

    /// <summary>Whether a view reads the place where it stands.</summary>
    private static bool Reads(View view) => view.Axes.All(map => map.BoxAxis >= 0 && map.Places[0] == 0);

    private void Fill(WitnessStep.Digits digits, long left, int number)
    {
        left >>= digits.Skip;
        for (int i = 0; i < digits.Columns.Length; i++)
        {
            (int column, int bits) = digits.Columns[i];
            bool isLast = i == digits.Columns.Length - 1;
            Columns[column][number] = isLast ? left : left & ((1L << bits) - 1);
            left >>= bits;
        }
    }

    private void Fill(Requantisation tail, long left, int[] position, int number)
    {
        int shift = tail.ShiftAt(tail.ChannelAxis < 0 ? 0 : position[tail.ChannelAxis]);
        long remainder = left & ((1L << shift) - 1);
        foreach (int limb in tail.Limbs)
        {
            Columns[limb][number] = remainder & ((1L << tail.LimbBits) - 1);
            remainder >>= tail.LimbBits;
        }

        long value = left >> shift;
        switch (tail.Choice)
        {
            case TailChoice.Direct:
                Columns[tail.Before][number] = value;
                Columns[tail.Result][number] = Math.Clamp(value, tail.Lo, tail.Hi);
                break;
            case TailChoice.Split split:
                // The constant holds lo already: value is what lies above it.
                Columns[tail.Before][number] = value >> split.LowBits;
                Columns[tail.Low][number] = value & ((1L << split.LowBits) - 1);
                Columns[tail.Class][number] = Math.Sign(value >> split.LowBits) + 1;
                Columns[tail.Result][number] = Math.Clamp(value, 0, tail.Hi - tail.Lo) + tail.Lo;
                break;
            default:
                Columns[tail.Before][number] = value;
                break;
        }
    }

    private void Fill(WitnessStep.Reciprocal step)
    {
        for (int i = 0; i < Columns[step.Sum].Length; i++)
        {
            (long reciprocal, long rest) = Math.DivRem(1L << step.Bits, Columns[step.Sum][i]);
            Split(step.Rest, i, rest);
            Split(step.Gap, i, Columns[step.Sum][i] - 1 - rest);
            foreach (int limb in step.Limbs)
            {
                Columns[limb][i] = reciprocal & ((1L << step.LimbBits) - 1);
                reciprocal >>= step.LimbBits;
            }
        }
    }

    private void Split((int Low, int High) parts, int index, long value)
    {
        Columns[parts.Low][index] = value & 4095;
        Columns[parts.High][index] = value >> 12;
    }
}
