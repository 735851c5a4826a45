using System.Globalization;
using Assay.Models.Data;
using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Quantization;
using Assay.Programs;

namespace Assay.Models.Conformance;

/// <summary>
/// Whether a file can become an exact program: imported, and compiled with 16 bits and made-up calibration data. That tells nothing
/// about fidelity, for which registration needs real data.
/// </summary>
public static class ModelCheck
{
    private const int Items = 2;

    /// <summary>One file.</summary>
    public static ModelCheckResult Run(ReadOnlySpan<byte> onnx, ImportOptions options, CancellationToken cancellation = default)
    {
        ImportResult import = OnnxImporter.Import(onnx, null, options);
        if (import.Graph is not { } graph)
        {
            ImportError error = import.Errors[0];
            return new ModelCheckResult(false, error.Code, error.Node, error.Operator, error.Message, error.Hint);
        }

        QuantizerOptions plain = new() { ActivationBits = 16, WeightBits = 16, Narrow = false, SearchItems = 1 };
        QuantizeResult result = Quantizer.Compile(graph, MadeUp(graph), plain, null, cancellation);
        if (result.Model is { } model)
        {
            return new ModelCheckResult(true, null, null, null, Words(graph, model), null);
        }

        EmitError failure = result.Error!;
        string nearest = failure.Code == QuantizeErrors.Program
            ? "smaller inputs, or --float: as a float model, without exactness"
            : "real calibration data (here they are made up), or --float: as a float model, without exactness";
        return new ModelCheckResult(false, failure.Code, failure.Node?.Name, failure.Node?.OnnxOperator, failure.Message, nearest);
    }

    /// <summary>Numbers from -1 to 1, the same on every run.</summary>
    private static TensorSet MadeUp(FloatGraph graph)
    {
        ulong state = 1;
        float[][] inputs = new float[graph.Inputs.Length][];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new float[Items * graph.Inputs[i].Count];
            for (int k = 0; k < inputs[i].Length; k++)
            {
                state = state * 6364136223846793005 + 1442695040888963407;
                inputs[i][k] = (int)(state >> 40) / (float)(1 << 23) - 1;
            }
        }

        return TensorSet.Of(graph, inputs);
    }

    private static string Words(FloatGraph graph, ExactModel model)
    {
        string inputs = string.Join(", ", graph.Inputs.Select(i => Shapes.Text(i.Shape)));
        string outputs = string.Join(", ", graph.Outputs.Select(o => Shapes.Text(o.Node.Shape)));
        return string.Create(CultureInfo.InvariantCulture, $"{inputs} to {outputs}; {model.Program.Operations.Length} operations, {model.Program.Work / 1e6:N1} million multiply-adds, {model.Weights.Memory.Length:N0} bytes of weights");
    }
}
