using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Tests.Support;
using Assay.Testing;
using Google.Protobuf;
using Onnx;

namespace Assay.Models.Tests.Import;

/// <summary>ONNX's own conformance models with inputs and expected outputs: imported, folded, evaluated.</summary>
public sealed class OnnxConformanceTests
{
    private const int LeastAgreeing = 130;

    [OracleFact(Oracle.OnnxTestData)]
    public void Import_EveryConformanceModel_AgreesOrIsRefusedWithACode()
    {
        List<string> wrong = [];
        List<string> agreed = [];
        foreach (string folder in Directory.GetDirectories(Oracles.OnnxTestDataFolder, "test_*", SearchOption.AllDirectories).Order())
        {
            string name = Path.GetFileName(folder);
            string? outcome = File.Exists(Path.Combine(folder, "model.onnx")) ? Run(folder) : "none";
            if (outcome is null)
            {
                agreed.Add(name);
            }
            else if (outcome.StartsWith("differs", StringComparison.Ordinal))
            {
                wrong.Add($"{name}: {outcome}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(agreed.Count >= LeastAgreeing, $"only {agreed.Count} agree");
        string[] must =
        [
            "test_averagepool_2d_ceil", "test_averagepool_2d_same_lower", "test_batchnorm_epsilon", "test_clip_default_min",
            "test_conv_with_autopad_same", "test_conv_with_strides_and_asymmetric_padding", "test_dropout_default_ratio",
            "test_flatten_negative_axis3", "test_gemm_alpha", "test_gemm_beta", "test_globalaveragepool", "test_matmul_2d",
            "test_maxpool_1d_default", "test_maxpool_2d_ceil", "test_reshape_zero_and_negative_dim", "test_sigmoid",
            "test_softmax_large_number", "test_tanh", "test_unsqueeze_unsorted_axes", "test_AvgPool1d_stride",
            "test_BatchNorm1d_3d_input_eval", "test_BatchNorm2d_eval", "test_Conv1d_dilated", "test_Conv1d_groups",
            "test_Conv2d_depthwise_with_multiplier", "test_Conv2d_groups_thnn", "test_Linear", "test_MaxPool1d_stride", "test_single_relu_model",
        ];
        Assert.Empty(must.Except(agreed));
    }

    /// <summary>Null if it agrees; else the importer's code, or "differs".</summary>
    private static string? Run(string folder)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        string data = Path.Combine(folder, "test_data_set_0");
        List<TensorProto> inputs = [];
        for (int i = 0; File.Exists(Path.Combine(data, $"input_{i}.pb")); i++)
        {
            inputs.Add(TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, $"input_{i}.pb"))));
        }

        if (inputs.Count == 0 || model.Graph.Input.Count < inputs.Count)
        {
            return "none";
        }

        // Version 6 differs from 7 only in operators' broadcasting attributes, which these models do without.
        model.OpsetImport[0].Version = Math.Max(7, model.OpsetImport[0].Version);

        // The models take their weights as inputs; the first input is the computed one, or both of an addition.
        bool both = model.Graph.Node is [{ OpType: "Add" or "Sub" }] && inputs.Count == 2 && inputs[0].Dims.SequenceEqual(inputs[1].Dims);
        HashSet<string> known = [.. model.Graph.Initializer.Select(t => t.Name)];
        for (int i = 1; i < inputs.Count && !both; i++)
        {
            inputs[i].Name = model.Graph.Input[i].Name;
            if (known.Add(inputs[i].Name))
            {
                model.Graph.Initializer.Add(inputs[i]);
            }
        }

        ImportResult result = OnnxImporter.Import(model.ToByteArray());
        if (result.Graph is not { } graph)
        {
            Assert.All(result.Errors, e => Assert.StartsWith("onnx/", e.Code, StringComparison.Ordinal));
            return result.Errors[0].Code;
        }

        float[] expected = Floats(TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, "output_0.pb"))));
        return Compare(graph, [.. inputs.Take(both ? 2 : 1).Select(Floats)], expected);
    }

    private static string? Compare(FloatGraph graph, float[][] inputs, float[] expected)
    {
        int item = graph.Inputs[0].Count;
        int position = 0;
        for (int b = 0; b < inputs[0].Length / item; b++)
        {
            float[] y = FloatRuns.Run(graph, [.. inputs.Select(x => x[(b * item)..((b + 1) * item)])]);
            foreach (float value in y)
            {
                float want = expected[position++];
                if (Math.Abs(value - want) > 1e-5 * Math.Max(1, Math.Abs(want)))
                {
                    return $"differs: {value} instead of {want} at {position - 1}";
                }
            }
        }

        return position == expected.Length ? null : $"differs: {position} elements instead of {expected.Length}";
    }

    private static float[] Floats(TensorProto tensor) => TensorDecoder.Decode(tensor, 1 << 26).Constant!.Floats!;
}
