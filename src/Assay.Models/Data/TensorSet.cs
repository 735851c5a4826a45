using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Data;

/// <summary>Items for a graph's inputs: calibration or test data.</summary>
internal sealed class TensorSet
{
    private readonly float[][] _inputs;
    private readonly int[] _counts;

    private TensorSet(float[][] inputs, int[] counts)
    {
        _inputs = inputs;
        _counts = counts;
        Items = inputs[0].Length / counts[0];
    }

    public int Items { get; }

    /// <summary>One item: one slice per input.</summary>
    public ReadOnlyMemory<float>[] Item(int index)
    {
        ReadOnlyMemory<float>[] slices = new ReadOnlyMemory<float>[_inputs.Length];
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = _inputs[i].AsMemory(index * _counts[i], _counts[i]);
        }

        return slices;
    }

    /// <summary>At most <paramref name="most"/> items, spread evenly over the set.</summary>
    public TensorSet Sample(int most)
    {
        if (Items <= most)
        {
            return this;
        }

        float[][] picked = new float[_inputs.Length][];
        for (int i = 0; i < picked.Length; i++)
        {
            picked[i] = new float[most * _counts[i]];
            for (int k = 0; k < most; k++)
            {
                int from = (int)((long)k * Items / most);
                Array.Copy(_inputs[i], from * _counts[i], picked[i], k * _counts[i], _counts[i]);
            }
        }

        return new TensorSet(picked, _counts);
    }

    /// <summary>Items that are known to fit the graph's inputs: one array for each, all items behind each other.</summary>
    public static TensorSet Of(FloatGraph graph, float[][] inputs) => new(inputs, [.. graph.Inputs.Select(n => n.Count)]);

    /// <summary>Fits arrays to a graph's inputs by name; a single input takes a single array whatever its name.</summary>
    /// <returns>Null and a code with words if they don't fit.</returns>
    public static TensorSet? TryCreate(FloatGraph graph, IReadOnlyDictionary<string, NpyArray> arrays, out (string Code, string Message) error)
    {
        ImmutableArray<InputNode> inputs = graph.Inputs;
        float[][] data = new float[inputs.Length][];
        int items = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            NpyArray? array = inputs.Length == 1 && arrays.Count == 1 ? arrays.Values.First() : arrays.GetValueOrDefault(inputs[i].Name);
            if (array is null)
            {
                error = (DataErrors.Missing, $"there is no data for input '{inputs[i].Name}'");
                return null;
            }

            // [items, ...shape], or flattened: [items, count].
            bool fits = array.Shape.AsSpan()[1..].SequenceEqual(inputs[i].Shape.AsSpan())
                || (array.Shape.Length == 2 && array.Shape[1] == inputs[i].Count);
            if (!fits || (i > 0 && array.Items != items))
            {
                error = (DataErrors.Shape, $"data of {Shapes.Text(array.Shape)} don't fit input '{inputs[i].Name}': [items,{Shapes.Text(inputs[i].Shape)[1..]}");
                return null;
            }

            items = array.Items;
            data[i] = array.ToFloats();
            if (!Array.TrueForAll(data[i], float.IsFinite))
            {
                error = (DataErrors.NotFinite, $"the data for input '{inputs[i].Name}' hold NaN or an infinity");
                return null;
            }
        }

        error = default;
        return new TensorSet(data, [.. inputs.Select(n => n.Count)]);
    }
}
