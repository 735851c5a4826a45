using System.Collections.Immutable;
using Assay.Engine;
using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Tasks.Measuring;

/// <summary>A float graph and the exact program that was made of it, item by item.</summary>
internal sealed class SideBySide : IDisposable
{
    private readonly FloatGraph _graph;
    private readonly ExactEngine _engine;
    private readonly CancellationToken _cancellation;

    public SideBySide(FloatGraph graph, ExactModel model, CancellationToken cancellation)
    {
        if (!graph.Inputs.Select(i => (i.Name, i.Count)).SequenceEqual(model.Program.Inputs.Select(i => (i.Name, i.Type.Count)))
            || !graph.Outputs.Select(o => (o.Name, o.Node.Count)).SequenceEqual(model.Program.Outputs.Select(o => (o.Name, model.Program.TypeOf(o.Value).Count))))
        {
            throw new InvalidDataException("The program has other inputs or outputs than model.onnx.");
        }

        _graph = graph;
        _cancellation = cancellation;
        _engine = ExactEngine.Compile(model);
    }

    /// <summary>Runs one item: inputs and outputs in the graph's order.</summary>
    public delegate float[][] Run(params float[][] inputs);

    public void Dispose() => _engine.Dispose();

    /// <summary>The place of an output.</summary>
    public int Output(string name)
    {
        int at = _graph.Outputs.Select(o => o.Name).ToList().IndexOf(name);
        return at >= 0 ? at : throw new InvalidDataException($"The model has no output '{name}'.");
    }

    /// <summary>Calls for each of many things, several at once, with both ways to run an item.</summary>
    public T[] ForEach<T>(IReadOnlyList<int> items, Func<int, Run, Run, T> measure)
    {
        T[] results = new T[items.Count];
        Parallel.For(
            0,
            results.Length,
            new ParallelOptions { CancellationToken = _cancellation },
            () => new FloatInterpreter(_graph),
            (i, _, interpreter) =>
            {
                results[i] = measure(items[i], x => InFloat(interpreter, x), Exactly);
                return interpreter;
            },
            _ => { });
        return results;
    }

    /// <summary>Items of the only input, all behind each other.</summary>
    public float[][] Items(string folder)
    {
        NpyArray array = NpyReader.TryRead(File.ReadAllBytes(Path.Combine(folder, "test_inputs.npy")), out string? code)
            ?? throw new InvalidDataException($"test_inputs.npy can't be read: {code}.");
        float[] all = array.ToFloats();
        int count = _graph.Inputs[0].Count;
        return _graph.Inputs.Length == 1 && all.Length == array.Items * (long)count
            ? [.. Enumerable.Range(0, array.Items).Select(i => all.AsSpan(i * count, count).ToArray())]
            : throw new InvalidDataException("test_inputs.npy doesn't fit the model's input.");
    }

    private float[][] InFloat(FloatInterpreter interpreter, float[][] inputs)
    {
        interpreter.Run([.. inputs.Select(x => new ReadOnlyMemory<float>(x))]);
        return [.. _graph.Outputs.Select(o => interpreter.Value(o.Node).ToArray())];
    }

    private float[][] Exactly(float[][] inputs)
    {
        float[] outputs = new float[_engine.OutputCount];
        ItemOutcome[] outcome = new ItemOutcome[1];
        _engine.RunBatch(inputs.Length == 1 ? inputs[0] : [.. inputs.SelectMany(x => x)], 1, outputs, outcome);
        if (outcome[0].Refusal != BoundaryRefusal.None)
        {
            throw new InvalidDataException("The program refuses a test item.");
        }

        ImmutableArray<ProgramOutput> named = _engine.Model.Program.Outputs;
        float[][] split = new float[named.Length][];
        int at = 0;
        for (int o = 0; o < split.Length; o++)
        {
            split[o] = outputs.AsSpan(at, _engine.Model.Program.TypeOf(named[o].Value).Count).ToArray();
            at += split[o].Length;
        }

        return split;
    }
}
