using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Models.Import;

namespace Assay.Models.Tests.Support;

/// <summary>Imports and evaluates in one step.</summary>
internal static class FloatRuns
{
    public static FloatGraph Import(byte[] onnx)
    {
        ImportResult result = OnnxImporter.Import(onnx);
        Assert.True(result.Graph is not null, string.Join("\n", result.Errors));
        return result.Graph!;
    }

    /// <summary>One item in, the first output out.</summary>
    public static float[] Run(FloatGraph graph, params float[][] inputs)
    {
        FloatInterpreter interpreter = new(graph);
        interpreter.Run([.. inputs.Select(i => new ReadOnlyMemory<float>(i))]);
        return interpreter.Value(graph.Outputs[0].Node).ToArray();
    }
}
