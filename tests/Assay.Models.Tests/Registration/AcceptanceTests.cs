using System.Text;
using System.Text.Json.Nodes;
using Assay.Models.Fidelity;
using Assay.Models.Quantization;
using Assay.Models.Registration;
using Assay.Models.Tests.Support;
using Assay.Programs;

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
    public void Register_ScoresOfALastLayer_AreJudgedBothWays()
    {
        // One number is always the larger one, and the other, a thousandth of it, is lost: the class is right, the numbers aren't.
        byte[] right = new OnnxModelBuilder().Input("x", -1, 8).Floats("w", [8, 3], OnnxModelBuilder.Random(5, 24)).Node("MatMul", ["x", "w"], "y").Output("y").ToArray();
        Assert.True(Register(right, [64, 8]).Statement?.Fidelity is { Verdict: { Task: "both", Met: true } } report && report.MeetsTheRule() == true);
        byte[] softmax = new OnnxModelBuilder().Input("x", -1, 8).Floats("w", [8, 3], OnnxModelBuilder.Random(5, 24)).Node("MatMul", ["x", "w"], "s").Node("Softmax", ["s"], "y").Output("y").ToArray();
        Assert.Equal("classify", Register(softmax, [64, 8]).Statement?.Fidelity.Verdict?.Task);
        Assert.Equal("mean_relative_error", AcceptanceRule.Judge("both", Set(100, error: 0.5, agreement: 1), null).Measure);
        Assert.Equal("top1_agreement", AcceptanceRule.Judge("both", Set(100, agreement: 0.5), null).Measure);
        Assert.True(AcceptanceRule.Judge("classify", Set(100, error: 0.5, agreement: 1), null).Met);
    }

    [Fact]
    public void Judge_ItemsRefused_CountAgainstEveryTask()
    {
        foreach (string task in new[] { "classify", "regress", "both" })
        {
            Assert.True(AcceptanceRule.Judge(task, Set(100, refused: 2, agreement: 1), null).Met);
            FidelityVerdict verdict = AcceptanceRule.Judge(task, Set(100, refused: 3, agreement: 1), null);
            Assert.Equal(("items_refused", 0.03, false), (verdict.Measure, verdict.Value, verdict.Met));
            Assert.Contains("refuses 3% of 100 calibration items at its boundary, more than 2%", AcceptanceRule.Words(verdict, 100), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Judge_ErrorThatIsNoNumber_IsNotMet(double error)
    {
        SetFidelity set = Set(100) with { Outputs = [new OutputFidelity("a", error, 0, 0), new OutputFidelity("b", 0.001, 0, 0)] };
        Assert.False(AcceptanceRule.Judge("regress", set, null).Met);
        Assert.False(AcceptanceRule.Judge("regress", set with { Outputs = [.. set.Outputs.Reverse()] }, null).Met);
    }

    [Fact]
    public void Judge_FewTestItems_DecideTogetherWithTheCalibration()
    {
        Assert.Equal(("calibration", false), On(AcceptanceRule.Judge("regress", Set(100, error: 0.03), Set(19))));
        Assert.Equal(("test", true), On(AcceptanceRule.Judge("regress", Set(100, error: 0.03), Set(20))));
        Assert.Equal(("test", false), On(AcceptanceRule.Judge("regress", Set(100), Set(19, error: 0.03))));
        Assert.Equal(("test", true), On(AcceptanceRule.Judge("regress", Set(100), Set(1))));
    }

    [Fact]
    public void Register_MostTestItemsRefused_IsRefused()
    {
        byte[] onnx = new OnnxModelBuilder(13).Input("x", -1, 4).Node("Exp", ["x"], "y").Output("y").ToArray();
        float[] calibration = OnnxModelBuilder.Random(2, 256);
        float[] test = [.. OnnxModelBuilder.Random(3, 256).Select((v, i) => i < 4 ? calibration[i] : v + 1000)];
        RegistrationRequest request = RegistrationRequest.Single(onnx, Npy.Floats(calibration, 64, 4), Npy.Floats(test, 64, 4)) with { Options = new QuantizerOptions { InputRule = OutOfRange.Refuse } };
        Assert.Equal(QuantizeErrors.Acceptance, Assert.Single(ModelRegistration.Register(request).Errors).Code);
        ModelStatement accepted = ModelRegistration.Register(request with { AcceptFidelity = true }).Statement!;
        Assert.Equal(("items_refused", false), (accepted.Fidelity.Verdict!.Measure, accepted.Fidelity.Verdict.Met));
        Assert.Equal(63, accepted.Fidelity.Test!.ItemsRefused);
    }

    [Fact]
    public void Register_NotANumberOnTestItems_IsAnErrorThatNamesTheOutput()
    {
        byte[] onnx = new OnnxModelBuilder(13).Input("x", -1, 4).Node("Abs", ["x"], "y").Node("Log", ["x"], "z").Output("y", "z").ToArray();
        float[] calibration = [.. OnnxModelBuilder.Random(2, 64).Select(v => Math.Abs(v) + 0.5f)];
        float[] test = [.. calibration.Select((v, i) => i < 32 ? v : -v)];
        RegistrationRequest request = RegistrationRequest.Single(onnx, Npy.Floats(calibration, 16, 4), Npy.Floats(test, 16, 4)) with { Task = ModelTask.Regress, AcceptFidelity = true };
        RegistrationError error = Assert.Single(ModelRegistration.Register(request).Errors);
        Assert.Equal((QuantizeErrors.Range, "Log"), (error.Code, error.Operator));
        Assert.Contains("output 'z' of test item 8 is NaN or infinite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_SmallElementAllWrong_ShowsInTheReport()
    {
        // The second column's weights are far below a step of the first one's scale.
        float[] weights = [.. OnnxModelBuilder.Random(1, 8).SelectMany(w => new[] { w, w * 1e-7f })];
        byte[] onnx = new OnnxModelBuilder().Input("x", -1, 1, 8).Floats("w", [8, 2], weights).Node("MatMul", ["x", "w"], "y").Output("y").ToArray();
        OutputFidelity output = Register(onnx, [64, 1, 8], accept: true).Statement!.Fidelity.Calibration.Outputs[0];
        Assert.True(output.MeanRelativeError < 0.02, output.ToString());
        Assert.Equal(1, output.WorstElement);
        Assert.True(output.WorstElementError > 0.5, output.ToString());
    }

    [Fact]
    public void MeetsTheRule_StatementThatClaimsIt_IsJudgedAgain()
    {
        FidelityReport report = Register(Regressor(), [32, 1, 4, 8], accept: true).Statement!.Fidelity;
        Assert.False(report.MeetsTheRule());
        FidelityReport claims = report with { Verdict = report.Verdict! with { Met = true, Limit = 1 } };
        Assert.False(claims.MeetsTheRule());
        Assert.False((report with { Verdict = report.Verdict with { Met = true, Value = 0, Task = "something" } }).MeetsTheRule());
        Assert.Null((report with { Verdict = null }).MeetsTheRule());
    }

    private static (string MeasuredOn, bool Met) On(FidelityVerdict verdict) => (verdict.MeasuredOn, verdict.Met);

    private static SetFidelity Set(int items, double error = 0, double? agreement = null, int refused = 0) =>
        new(items, [new OutputFidelity("y", error, error, error)], agreement, 0, refused, refused, 0, null);

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
        Assert.Null(statement.Fidelity.MeetsTheRule());
    }
}
