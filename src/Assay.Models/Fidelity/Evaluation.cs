using System.Collections.Immutable;
using Assay.Models.Data;
using Assay.Programs;

namespace Assay.Models.Fidelity;

/// <summary>Runs an exact program over items and compares with what the float graph gave.</summary>
internal sealed class Evaluation
{
    private readonly ItemResult[] _items;
    private readonly ExactModel _model;

    private Evaluation(ExactModel model, ItemResult[] items)
    {
        _model = model;
        _items = items;
    }

    public int Items => _items.Length;

    /// <summary>The worst output's sum |exact - float| / sum |float|.</summary>
    public double MeanRelativeError => Enumerable.Range(0, _model.Program.Outputs.Length).Max(o => Output(o).MeanRelativeError);

    /// <summary>Items for which the largest element of the first output is the same one; null for an output of one element.</summary>
    public int? Agreements => _items[0].FloatTop < 0 ? null : _items.Count(i => i.FloatTop == i.ExactTop);

    /// <summary>Input elements that were clamped at the boundary.</summary>
    public long Clamped => _items.Sum(i => (long)i.Clamped);

    /// <summary>Items of which an input element was clamped or refused.</summary>
    public int ItemsOutOfRange => _items.Count(i => i.Clamped != 0 || i.Refused);

    /// <summary>Items that the boundary refuses under the program's rule; they are compared nowhere.</summary>
    public int Refused => _items.Count(i => i.Refused);

    /// <summary>Elements at an end of their range, by the program's value number.</summary>
    public (long Low, long High) AtEnds(int value) =>
        (_items.Sum(i => (long)(i.Low.Length == 0 ? 0 : i.Low[value])), _items.Sum(i => (long)(i.High.Length == 0 ? 0 : i.High[value])));

    /// <summary>Items that the float model and the exact program get right.</summary>
    public (int Float, int Exact) Correct(ReadOnlySpan<long> labels)
    {
        (int inFloat, int inExact) = (0, 0);
        for (int i = 0; i < _items.Length; i++)
        {
            inFloat += _items[i].FloatTop == labels[i] ? 1 : 0;
            inExact += _items[i].ExactTop == labels[i] ? 1 : 0;
        }

        return (inFloat, inExact);
    }

    public OutputFidelity Output(int index)
    {
        // Sums in the items' order, whatever order they were computed in.
        (double error, double size, double worst, double largest) = (0, 0, 0, 0);
        foreach (ItemResult item in _items.Where(i => !i.Refused))
        {
            OutputError e = item.Outputs[index];
            error += e.Error;
            size += e.Size;
            worst = Math.Max(worst, e.Worst);
            largest = Math.Max(largest, e.Largest);
        }

        return new OutputFidelity(
            _model.Program.Outputs[index].Name, size == 0 ? error : error / size, largest == 0 ? worst : worst / largest, worst);
    }

    public static Evaluation Run(FloatReference reference, ExactModel model, CancellationToken cancellation)
    {
        TensorSet data = reference.Data;
        ItemResult[] items = new ItemResult[data.Items];
        ExactRunner shared = new(model);
        Parallel.For(
            0,
            items.Length,
            new ParallelOptions { CancellationToken = cancellation },
            shared.Clone,
            (i, _, runner) =>
            {
                items[i] = RunItem(model.Program, runner, data.Item(i), reference.Outputs(i));
                return runner;
            },
            _ => { });
        return new Evaluation(model, items);
    }

    private static ItemResult RunItem(ExactProgram program, ExactRunner runner, ReadOnlyMemory<float>[] item, float[][] expected)
    {
        int floatTop = Top(expected[0]);
        short[][] inputs = new short[item.Length][];
        int clamped = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new short[item[i].Length];
            BoundaryResult result = Boundary.Quantize(program.Inputs[i], item[i].Span, inputs[i]);
            if (result.Error is not null)
            {
                return new ItemResult([], floatTop, -2, 0, true, [], []);
            }

            clamped += result.Clamped;
        }

        runner.Run(inputs);
        ImmutableArray<OutputError>.Builder errors = ImmutableArray.CreateBuilder<OutputError>();
        int exactTop = -1;
        for (int o = 0; o < program.Outputs.Length; o++)
        {
            ReadOnlySpan<int> q = runner.Value(program.Outputs[o].Value);
            short[] narrow = new short[q.Length];
            for (int i = 0; i < narrow.Length; i++)
            {
                narrow[i] = (short)q[i];
            }

            float[] y = new float[q.Length];
            Boundary.Dequantize(program.Outputs[o], narrow, y);
            errors.Add(Compare(expected[o], y));
            exactTop = o == 0 ? Top(y) : exactTop;
        }

        int[] low = new int[program.ValueCount];
        int[] high = new int[program.ValueCount];
        for (int v = 0; v < low.Length; v++)
        {
            TensorType type = program.TypeOf(v);
            low[v] = runner.Value(v).Count(type.Lo);
            high[v] = runner.Value(v).Count(type.Hi);
        }

        return new ItemResult(errors.ToImmutable(), floatTop, exactTop, clamped, false, low, high);
    }

    private static OutputError Compare(ReadOnlySpan<float> want, float[] have)
    {
        (double error, double size, double worst, double largest) = (0, 0, 0, 0);
        for (int i = 0; i < have.Length; i++)
        {
            double e = Math.Abs((double)have[i] - want[i]);
            error += e;
            size += Math.Abs((double)want[i]);
            worst = Math.Max(worst, e);
            largest = Math.Max(largest, Math.Abs((double)want[i]));
        }

        return new OutputError(error, size, worst, largest);
    }

    /// <summary>The first of the largest elements; -1 for a single one, which chooses nothing.</summary>
    private static int Top(ReadOnlySpan<float> y)
    {
        int top = 0;
        for (int i = 1; i < y.Length; i++)
        {
            top = y[i] > y[top] ? i : top;
        }

        return y.Length == 1 ? -1 : top;
    }

    private readonly record struct OutputError(double Error, double Size, double Worst, double Largest);

    private sealed record ItemResult(ImmutableArray<OutputError> Outputs, int FloatTop, int ExactTop, int Clamped, bool Refused, int[] Low, int[] High);
}
