using Assay.Engine;
using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Quantization;
using Assay.Programs;

namespace Assay.Models.Fidelity;

/// <summary>Runs an exact program over items, by the engine, and compares with what the float graph gives.</summary>
internal sealed class Evaluation
{
    // Inputs and outputs of one call of the search, in elements.
    private const long ElementsPerCall = 1 << 24;

    private readonly ItemResult[] _items;
    private readonly ExactModel _model;

    private readonly ElementErrors[] _elements;

    private Evaluation(ExactModel model, ItemResult[] items, ElementErrors[] elements)
    {
        _elements = elements;
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

    /// <summary>A layer's mean relative error, and its elements at the ends of its range, over all items; measured by <see cref="Measure"/>.</summary>
    public (double MeanRelativeError, long Low, long High) Layer(int index)
    {
        (double error, double size, long low, long high) = (0, 0, 0, 0);
        foreach (ItemResult item in _items.Where(i => !i.Refused))
        {
            LayerError layer = item.Layers[index];
            error += layer.Error;
            size += layer.Size;
            low += layer.Low;
            high += layer.High;
        }

        return (Relative(error, size), low, high);
    }

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
            ValueError e = item.Outputs[index];
            error += e.Error;
            size += e.Size;
            worst = Math.Max(worst, e.Worst);
            largest = Math.Max(largest, e.Largest);
        }

        (int, double)? element = _elements.Length == 0 ? null : _elements[index].Worst();
        return new OutputFidelity(
            _model.Program.Outputs[index].Name, Relative(error, size), Relative(worst, largest), worst, element?.Item1, element?.Item2);
    }

    /// <summary>The first compared item of which an output is NaN or infinite in float; null if there is none.</summary>
    public (int Item, int Output)? NotFinite()
    {
        for (int i = 0; i < _items.Length; i++)
        {
            int output = Array.FindIndex(_items[i].Outputs, e => !double.IsFinite(e.Error));
            if (output >= 0)
            {
                return (i, output);
            }
        }

        return null;
    }

    /// <summary>Outputs only, for the search for widths.</summary>
    /// <exception cref="EngineMemoryException">The program needs more memory than the engine may hold.</exception>
    public static Evaluation Run(FloatReference reference, ExactModel model, CancellationToken cancellation)
    {
        TensorSet data = reference.Data;
        ItemResult[] items = new ItemResult[data.Items];
        using ExactEngine engine = ExactEngine.Compile(model, new EngineOptions { Threads = Math.Min(Environment.ProcessorCount, 256) });
        int most = (int)Math.Clamp(ElementsPerCall / (engine.InputCount + engine.OutputCount), 1, data.Items);
        for (int first = 0; first < items.Length; first += most)
        {
            cancellation.ThrowIfCancellationRequested();
            RunBatch(engine, reference, first, items.AsSpan(first, Math.Min(most, items.Length - first)));
        }

        return new Evaluation(model, items, []);
    }

    /// <summary>Outputs, and every layer against the float value that it stands for.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public static Evaluation Measure(QuantizeResult result, TensorSet data, CancellationToken cancellation)
    {
        ExactModel model = result.Model!;
        ItemResult[] items = new ItemResult[data.Items];
        ElementErrors[] elements = ElementErrors.Of(model.Program);
        using ExactEngine engine = ExactEngine.Compile(model, new EngineOptions { KeepValues = true, MemoryLimit = 4L << 30 });
        Parallel.For(
            0,
            items.Length,
            new ParallelOptions { CancellationToken = cancellation },
            () => new Comparer(engine, result),
            (i, _, comparer) =>
            {
                items[i] = comparer.Compare(data.Item(i));
                return comparer;
            },
            comparer =>
            {
                lock (elements)
                {
                    for (int o = 0; o < elements.Length; o++)
                    {
                        elements[o].Add(comparer.Elements[o]);
                    }
                }
            });
        return new Evaluation(model, items, elements);
    }

    private static double Relative(double error, double size) => size == 0 ? error : error / size;

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

    private static void RunBatch(ExactEngine engine, FloatReference reference, int first, Span<ItemResult> items)
    {
        ExactProgram program = engine.Model.Program;
        float[] inputs = new float[engine.InputCount * items.Length];
        float[] outputs = new float[engine.OutputCount * items.Length];
        ItemOutcome[] outcomes = new ItemOutcome[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            int at = 0;
            foreach (ReadOnlyMemory<float> input in reference.Data.Item(first + i))
            {
                input.Span.CopyTo(inputs.AsSpan(at + (i * input.Length)));
                at += input.Length * items.Length;
            }
        }

        engine.RunBatch(inputs, items.Length, outputs, outcomes);
        for (int i = 0; i < items.Length; i++)
        {
            float[][] expected = reference.Outputs(first + i);
            int floatTop = Top(expected[0]);
            if (outcomes[i].Refusal != BoundaryRefusal.None)
            {
                items[i] = ItemResult.OfRefused(floatTop);
                continue;
            }

            ValueError[] errors = new ValueError[expected.Length];
            int exactTop = -1;
            int at = 0;
            for (int o = 0; o < errors.Length; o++)
            {
                int count = program.TypeOf(program.Outputs[o].Value).Count;
                ReadOnlySpan<float> y = outputs.AsSpan(at + (i * count), count);
                errors[o] = ValueError.Compare(expected[o], y);
                exactTop = o == 0 ? Top(y) : exactTop;
                at += count * items.Length;
            }

            items[i] = new ItemResult(errors, floatTop, exactTop, outcomes[i].Clamped, false, []);
        }
    }

    /// <summary>One thread's buffers: float and exact values of one item side by side.</summary>
    private sealed class Comparer(ExactEngine engine, QuantizeResult result)
    {
        private readonly ExactProgram _program = engine.Model.Program;
        private readonly FloatInterpreter _interpreter = new(result.Graph);
        private readonly short[] _inputs = new short[engine.InputCount];
        private readonly short[] _outputs = new short[engine.OutputCount];
        public ElementErrors[] Elements { get; } = ElementErrors.Of(engine.Model.Program);

        private short[] _value = [];
        private ItemResult? _compared;

        public ItemResult Compare(ReadOnlyMemory<float>[] item)
        {
            _interpreter.Run(item);
            int floatTop = Top(_interpreter.Value(result.Graph.Outputs[0].Node));
            (int at, int clamped) = (0, 0);
            for (int i = 0; i < item.Length; i++)
            {
                BoundaryResult boundary = Boundary.Quantize(_program.Inputs[i], item[i].Span, _inputs.AsSpan(at, item[i].Length));
                if (boundary.Error is not null)
                {
                    return ItemResult.OfRefused(floatTop);
                }

                clamped += boundary.Clamped;
                at += item[i].Length;
            }

            engine.Run(_inputs, 1, _outputs, kept => _compared = Compare(kept, floatTop, clamped));
            return _compared!;
        }

        private ItemResult Compare(KeptValues kept, int floatTop, int clamped)
        {
            ValueError[] outputs = new ValueError[_program.Outputs.Length];
            int exactTop = -1;
            for (int o = 0; o < outputs.Length; o++)
            {
                ProgramOutput output = _program.Outputs[o];
                ReadOnlySpan<short> q = Read(kept, output.Value);
                float[] y = new float[q.Length];
                Boundary.Dequantize(output, q, y);
                outputs[o] = ValueError.Compare(_interpreter.Value(result.Graph.Outputs[o].Node), y);
                Elements[o].Add(_interpreter.Value(result.Graph.Outputs[o].Node), y);
                exactTop = o == 0 ? Top(y) : exactTop;
            }

            LayerError[] layers = new LayerError[result.Layers.Length];
            for (int i = 0; i < layers.Length; i++)
            {
                QuantizedLayer layer = result.Layers[i];
                layers[i] = Compare(layer.Value, Read(kept, layer.Value.Value), _interpreter.Value(layer.Node));
            }

            return new ItemResult(outputs, floatTop, exactTop, clamped, false, layers);
        }

        private ReadOnlySpan<short> Read(KeptValues kept, int value)
        {
            int count = _program.TypeOf(value).Count;
            if (_value.Length < count)
            {
                _value = new short[count];
            }

            kept.Read(value, 0, _value.AsSpan(0, count));
            return _value.AsSpan(0, count);
        }

        private static LayerError Compare(QuantizedValue value, ReadOnlySpan<short> q, ReadOnlySpan<float> want)
        {
            (double error, double size, int low, int high) = (0, 0, 0, 0);
            for (int i = 0; i < q.Length; i++)
            {
                double real = value.FeatureScales is { } scales ? (q[i] * scales[i]) + value.FeatureOffsets![i] : q[i] * value.Scale;
                error += Math.Abs(real - want[i]);
                size += Math.Abs((double)want[i]);
                low += q[i] == value.Lo ? 1 : 0;
                high += q[i] == value.Hi ? 1 : 0;
            }

            return new LayerError(error, size, low, high);
        }
    }
}
