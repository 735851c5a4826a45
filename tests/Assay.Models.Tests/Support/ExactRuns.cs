using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Models.Quantization;
using Assay.Programs;

namespace Assay.Models.Tests.Support;

/// <summary>Compiles graphs of float nodes and compares float with the reference interpreter of exact programs.</summary>
internal static class ExactRuns
{
    public static FloatGraph Graph(params FloatNode[] outputs)
    {
        List<InputNode> inputs = [];
        HashSet<FloatNode> seen = [];
        void Visit(FloatNode node)
        {
            if (!seen.Add(node))
            {
                return;
            }

            foreach (FloatNode operand in node.Operands)
            {
                Visit(operand);
            }

            if (node is InputNode input)
            {
                inputs.Add(input);
            }
        }

        foreach (FloatNode output in outputs)
        {
            Visit(output);
        }

        return FloatGraph.Build([.. inputs], [.. outputs.Select((o, i) => new FloatOutput($"y{i}", o))]);
    }

    public static TensorSet Set(FloatGraph graph, int items, Func<InputNode, int, float> element)
    {
        Dictionary<string, NpyArray> arrays = [];
        foreach (InputNode input in graph.Inputs)
        {
            float[] values = [.. Enumerable.Range(0, items * input.Count).Select(i => element(input, i))];
            arrays.Add(input.Name, NpyReader.TryRead(Npy.Floats(values, items, input.Count), out _)!);
        }

        TensorSet? set = TensorSet.TryCreate(graph, arrays, out (string Code, string Message) error);
        Assert.True(set is not null, error.Message);
        return set!;
    }

    public static QuantizeResult Compile(FloatGraph graph, TensorSet data, QuantizerOptions? options = null) =>
        Quantizer.Compile(graph, data, options ?? new QuantizerOptions { Narrow = false });

    /// <summary>The worst output's sum |exact - float| / sum |float|.</summary>
    public static double Error(FloatGraph graph, ExactModel model, TensorSet data)
    {
        FloatInterpreter interpreter = new(graph);
        double[] error = new double[graph.Outputs.Length];
        double[] size = new double[graph.Outputs.Length];
        for (int item = 0; item < data.Items; item++)
        {
            ReadOnlyMemory<float>[] x = data.Item(item);
            interpreter.Run(x);
            short[][] q = [.. x.Select(v => new short[v.Length])];
            for (int i = 0; i < q.Length; i++)
            {
                Assert.Null(Boundary.Quantize(model.Program.Inputs[i], x[i].Span, q[i]).Error);
            }

            short[][] outputs = ReferenceInterpreter.Run(model, q);
            for (int o = 0; o < outputs.Length; o++)
            {
                float[] y = new float[outputs[o].Length];
                Boundary.Dequantize(model.Program.Outputs[o], outputs[o], y);
                ReadOnlySpan<float> want = interpreter.Value(graph.Outputs[o].Node);
                for (int i = 0; i < y.Length; i++)
                {
                    error[o] += Math.Abs((double)y[i] - want[i]);
                    size[o] += Math.Abs((double)want[i]);
                }
            }
        }

        return error.Zip(size, (e, s) => s == 0 ? e : e / s).Max();
    }
}
