using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Graph;

namespace Assay.Models.Fidelity;

/// <summary>What a float graph gives for each item of a set.</summary>
internal sealed class FloatReference
{
    private readonly float[][][] _outputs;

    private FloatReference(TensorSet data, float[][][] outputs)
    {
        Data = data;
        _outputs = outputs;
    }

    public TensorSet Data { get; }

    /// <summary>All outputs of one item.</summary>
    public float[][] Outputs(int item) => _outputs[item];

    public static FloatReference Compute(FloatGraph graph, TensorSet data, CancellationToken cancellation)
    {
        float[][][] outputs = new float[data.Items][][];
        Parallel.For(
            0,
            data.Items,
            new ParallelOptions { CancellationToken = cancellation },
            () => new FloatInterpreter(graph),
            (item, _, interpreter) =>
            {
                interpreter.Run(data.Item(item));
                outputs[item] = [.. graph.Outputs.Select(o => interpreter.Value(o.Node).ToArray())];
                return interpreter;
            },
            _ => { });
        return new FloatReference(data, outputs);
    }
}
