using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Graph;

namespace Assay.Models.Quantization;

/// <summary>The smallest and largest element of every value over the calibration items.</summary>
internal sealed class Calibration
{
    private readonly Dictionary<FloatNode, (float Min, float Max)> _ranges;
    private readonly Dictionary<FloatNode, (float[] Min, float[] Max)> _features;

    private Calibration(Dictionary<FloatNode, (float Min, float Max)> ranges, Dictionary<FloatNode, (float[] Min, float[] Max)> features, HashSet<FloatNode> whole)
    {
        _ranges = ranges;
        _features = features;
        WholeNumbers = whole;
    }

    /// <summary>Inputs that hold whole numbers only.</summary>
    public HashSet<FloatNode> WholeNumbers { get; }

    public (float Min, float Max) Range(FloatNode node) => _ranges[node];

    /// <summary>Per element of an input.</summary>
    public (float[] Min, float[] Max) Features(FloatNode input) => _features[input];

    /// <summary>
    /// Runs the float graph over all items. Minima and maxima don't depend on the order, so the threads' partial
    /// results join to the same on every machine.
    /// </summary>
    public static Calibration Collect(FloatGraph graph, TensorSet data, CancellationToken cancellation)
    {
        Lock gate = new();
        Part total = new(graph);
        Parallel.For(
            0,
            data.Items,
            new ParallelOptions { CancellationToken = cancellation },
            () => new Part(graph),
            (item, _, part) =>
            {
                part.Observe(data.Item(item));
                return part;
            },
            part =>
            {
                lock (gate)
                {
                    total.Join(part);
                }
            });
        return total.ToCalibration();
    }

    private sealed class Part
    {
        private readonly FloatGraph _graph;
        private readonly FloatInterpreter _interpreter;
        private readonly float[] _min;
        private readonly float[] _max;
        private readonly float[][] _featureMin;
        private readonly float[][] _featureMax;
        private readonly bool[] _whole;

        public Part(FloatGraph graph)
        {
            _graph = graph;
            _interpreter = new FloatInterpreter(graph);
            _min = Filled(graph.Nodes.Length, float.PositiveInfinity);
            _max = Filled(graph.Nodes.Length, float.NegativeInfinity);
            _featureMin = [.. graph.Inputs.Select(i => Filled(i.Count, float.PositiveInfinity))];
            _featureMax = [.. graph.Inputs.Select(i => Filled(i.Count, float.NegativeInfinity))];
            _whole = [.. graph.Inputs.Select(_ => true)];
        }

        public void Observe(ReadOnlyMemory<float>[] item)
        {
            _interpreter.Run(item);
            for (int i = 0; i < _min.Length; i++)
            {
                foreach (float x in _interpreter.Value(_graph.Nodes[i]))
                {
                    // Math.Min and Max carry NaN on, so that it is seen at the end.
                    _min[i] = Math.Min(_min[i], x);
                    _max[i] = Math.Max(_max[i], x);
                }
            }

            for (int i = 0; i < item.Length; i++)
            {
                ReadOnlySpan<float> x = item[i].Span;
                for (int k = 0; k < x.Length; k++)
                {
                    _featureMin[i][k] = Math.Min(_featureMin[i][k], x[k]);
                    _featureMax[i][k] = Math.Max(_featureMax[i][k], x[k]);
                    _whole[i] &= x[k] == MathF.Floor(x[k]);
                }
            }
        }

        public void Join(Part other)
        {
            for (int i = 0; i < _min.Length; i++)
            {
                _min[i] = Math.Min(_min[i], other._min[i]);
                _max[i] = Math.Max(_max[i], other._max[i]);
            }

            for (int i = 0; i < _whole.Length; i++)
            {
                _whole[i] &= other._whole[i];
                for (int k = 0; k < _featureMin[i].Length; k++)
                {
                    _featureMin[i][k] = Math.Min(_featureMin[i][k], other._featureMin[i][k]);
                    _featureMax[i][k] = Math.Max(_featureMax[i][k], other._featureMax[i][k]);
                }
            }
        }

        public Calibration ToCalibration()
        {
            Dictionary<FloatNode, (float, float)> ranges = [];
            for (int i = 0; i < _min.Length; i++)
            {
                ranges.Add(_graph.Nodes[i], (_min[i], _max[i]));
            }

            Dictionary<FloatNode, (float[], float[])> features = [];
            HashSet<FloatNode> whole = [];
            for (int i = 0; i < _whole.Length; i++)
            {
                features.Add(_graph.Inputs[i], (_featureMin[i], _featureMax[i]));
                if (_whole[i])
                {
                    whole.Add(_graph.Inputs[i]);
                }
            }

            return new Calibration(ranges, features, whole);
        }

        private static float[] Filled(int count, float value)
        {
            float[] result = new float[count];
            Array.Fill(result, value);
            return result;
        }
    }
}
