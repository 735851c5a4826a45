using System.Text;
using System.Text.Json.Nodes;
using Assay.Models.Fidelity;
using Assay.Models.Quantization;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;

namespace Assay.Models.Tests.Registration;

/// <summary>The rule for registration: 98% of classes the same, or 2% mean relative error, or somebody accepts less.</summary>
public sealed class AcceptanceTests
{
    // Two scores that differ by less than a step of any scale: float and integers choose differently for many items.
    private static byte[] Classifier()
    {
        float[] weights = [.. OnnxModelBuilder.Random(1, 8).SelectMany((w, i) => new[] { w, w + (i % 2 == 0 ? 1e-6f : -1e-6f) })];
        return new OnnxModelBuilder().Input("x", -1, 8).Floats("w", [8, 2], weights).Node("MatMul", ["x", "w"], "y").Output("y").ToArray();
    }

    // A small difference of large sums: relative to it, every rounding is large.
    private static byte[] Regressor(float difference = 0.00001f)
    {
        float[] weights = OnnxModelBuilder.Random(1, 64);
        return new OnnxModelBuilder().Input("x", -1, 1, 4, 8)
            .Floats("w", [8, 8], weights).Floats("v", [8, 8], [.. weights.Select((w, i) => w * (1 + (difference * (i % 7))))])
            .Node("MatMul", ["x", "w"], "a").Node("MatMul", ["x", "v"], "b").Node("Sub", ["a", "b"], "y").Output("y").ToArray();
    }

    private static RegistrationResult Register(byte[] onnx, long[] shape, bool accept = false, ModelTask task = ModelTask.Auto)
    {
        int count = (int)shape.Aggregate((a, b) => a * b);
        RegistrationRequest request = RegistrationRequest.Single(onnx, Npy.Floats(OnnxModelBuilder.Random(2, count), shape));
        return ModelRegistration.Register(request with { AcceptFidelity = accept, Task = task });
    }

    [Fact]
    public void Register_ClassifierBelowTheRule_IsRefusedWithWords()
    {
        RegistrationError error = Assert.Single(Register(Classifier(), [64, 8]).Errors);
        Assert.Equal(QuantizeErrors.Acceptance, error.Code);
        Assert.Contains("of 64 calibration items, less than 98%", error.Message, StringComparison.Ordinal);
        Assert.Contains("--accept-fidelity", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_ClassifierJudgedAsRegressor_IsNearEnough()
    {
        FidelityVerdict? verdict = Register(Classifier(), [64, 8], task: ModelTask.Regress).Statement?.Fidelity.Verdict;
        Assert.True(verdict is { Task: "regress", Met: true, MeasuredOn: "calibration" });
    }

    [Fact]
    public void Register_RegressorBelowTheRule_NamesTheWorstLayer()
    {
        RegistrationError error = Assert.Single(Register(Regressor(), [32, 1, 4, 8]).Errors);
        Assert.Equal(QuantizeErrors.Acceptance, error.Code);
        Assert.Contains("more than 2%; the layer furthest from float is 'Sub_2'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_Accepted_SaysSoInTheStatement()
    {
        RegistrationResult result = Register(Regressor(), [32, 1, 4, 8], accept: true);
        ModelStatement statement = ModelStatement.TryParse(result.StatementBytes.Span)!;
        FidelityVerdict verdict = statement.Fidelity.Verdict!;
        Assert.Equal(("regress", "mean_relative_error", 0.02, false), (verdict.Task, verdict.Measure, verdict.Limit, verdict.Met));
        Assert.True(verdict.Value > 0.02);
        Assert.All(statement.Fidelity.Layers, l => Assert.NotNull(l.MeanRelativeError));
    }

    [Fact]
    public void Register_FarFromFloat_WidensWithoutBeingAsked()
    {
        FidelityReport report = Register(Regressor(0.003f), [32, 1, 4, 8], accept: true).Statement!.Fidelity;
        Assert.Contains(report.Layers, l => l.Reason.StartsWith("widened for the fidelity target", StringComparison.Ordinal));
    }

    [Fact]
    public void TryParse_StatementOfBeforeTheRule_StillReads()
    {
        JsonNode json = JsonNode.Parse(Register(Regressor(), [32, 1, 4, 8], accept: true).StatementBytes.Span)!;
        json["fidelity"]!.AsObject().Remove("verdict");
        foreach (JsonNode? layer in json["fidelity"]!["layers"]!.AsArray())
        {
            layer!.AsObject().Remove("mean_relative_error");
        }

        ModelStatement? statement = ModelStatement.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.NotNull(statement);
        Assert.Null(statement.Fidelity.Verdict);
    }
}
