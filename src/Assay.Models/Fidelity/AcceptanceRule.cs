using System.Globalization;
using Assay.Models.Graph;

namespace Assay.Models.Fidelity;

/// <summary>98% of classifications as in float, or 2% mean relative error; on the test set, if there is one.</summary>
internal static class AcceptanceRule
{
    public const double LeastAgreement = 0.98;
    public const double MostError = 0.02;

    /// <summary>The task that a model is judged by.</summary>
    public static ModelTask TaskOf(FloatGraph graph, ModelTask asked, bool hasLabels) =>
        asked != ModelTask.Auto ? asked
        : hasLabels || GivesScores(graph) ? ModelTask.Classify
        : ModelTask.Regress;

    public static FidelityVerdict Judge(ModelTask task, SetFidelity calibration, SetFidelity? test)
    {
        SetFidelity measured = test ?? calibration;
        string on = test is null ? "calibration" : "test";
        if (task == ModelTask.Classify && measured.Top1Agreement is { } agreement)
        {
            return new FidelityVerdict("classify", on, "top1_agreement", agreement, LeastAgreement, agreement >= LeastAgreement);
        }

        double error = measured.Outputs.Max(o => o.MeanRelativeError);
        return new FidelityVerdict("regress", on, "mean_relative_error", error, MostError, error <= MostError && measured.ItemsRefused < measured.Items);
    }

    public static string Words(FidelityVerdict verdict, int items) => verdict.Task == "classify"
        ? $"the exact program gives the float model's class for {Percent(verdict.Value)} of {items} {verdict.MeasuredOn} items, less than {Percent(verdict.Limit)}"
        : $"the exact program's mean relative error against float is {Percent(verdict.Value)} on {items} {verdict.MeasuredOn} items, more than {Percent(verdict.Limit)}";

    /// <summary>One output of one row with several elements: probabilities, or what a last layer gives.</summary>
    private static bool GivesScores(FloatGraph graph)
    {
        if (graph.Outputs.Length != 1 || graph.Outputs[0].Node is not { Count: > 1 } output || output.Shape[^1] != output.Count)
        {
            return false;
        }

        FloatNode node = output;
        while (node is ReshapeNode reshape)
        {
            node = reshape.X;
        }

        return node is SoftmaxNode or LinearNode;
    }

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
