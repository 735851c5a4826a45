using System.Collections.Immutable;
using Assay.Models.Conformance;
using Assay.Testing;

namespace Assay.Models.Tests.Import;

/// <summary>ONNX's own conformance models with inputs and expected outputs: imported, compiled, run.</summary>
public sealed class OnnxConformanceTests
{
    [OracleFact(Oracle.OnnxTestData)]
    public void Run_ModelsOfSupportedOperators_NearlyAllAgreeInFloat()
    {
        ImmutableArray<ConformanceOutcome> outcomes = ConformanceSuite.Run(Oracles.OnnxTestDataFolder, exact: false);
        ConformanceOutcome[] scope = [.. outcomes.Where(o => o.InScope)];
        ConformanceOutcome[] wrong = [.. scope.Where(o => !o.FloatAgrees && o.Code == "differs")];

        // What isn't supported must be refused, not computed wrongly; NaN in bfloat16 is the only exception.
        Assert.All(wrong, o => Assert.Contains("BFLOAT16", o.Name, StringComparison.Ordinal));
        Assert.InRange(scope.Count(o => o.FloatAgrees) / (double)scope.Length, 0.93, 1);
        Assert.All(scope.Where(o => !o.FloatAgrees && o.Code != "differs"), o => Assert.Contains('/', o.Code!));
    }

    [OracleFact(Oracle.OnnxTestData)]
    public void Write_Report_ListsEveryModelThatDoesNotAgree()
    {
        string folder = Path.Combine(Oracles.OnnxTestDataFolder, "node");
        ConformanceOutcome[] outcomes = [.. new[] { "test_relu", "test_gelu", "test_conv_with_autopad_same", "test_cast_FLOAT_to_STRING" }
            .Select(n => Path.Combine(folder, n)).Where(Directory.Exists).Select(f => ConformanceSuite.One(f, exact: false))];
        string page = ConformanceMarkdown.Write(outcomes, exact: false);
        Assert.Contains("test_cast_FLOAT_to_STRING", page, StringComparison.Ordinal);
        Assert.DoesNotContain("| node/test_relu ", page, StringComparison.Ordinal);
    }
}
