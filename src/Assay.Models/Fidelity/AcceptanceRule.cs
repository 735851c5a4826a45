using System.Globalization;
using Assay.Models.Graph;

namespace Assay.Models.Fidelity;

/// <summary>
/// 98% of classifications as in float, or 2% mean relative error, or both where a graph doesn't show which; on the test
/// set, together with the calibration set if the test set is small. At most 2% of the items may be refused.
/// </summary>
internal static class AcceptanceRule
{
    public const double LeastAgreement = 0.98;
    public const double MostError = 0.02;
    public const double MostRefused = 0.02;

    /// <summary>Fewer test items than this don't decide alone: one item would be more than the rule's 2%.</summary>
    public const int EnoughItems = 20;

    public const string Classify = "classify";
    public const string Regress = "regress";
    public const string Both = "both";
    private const string Agreement = "top1_agreement";
    private const string Error = "mean_relative_error";
    private const string Refused = "items_refused";

    /// <summary>What a model is judged by: <see cref="Classify"/>, <see cref="Regress"/> or <see cref="Both"/>.</summary>
    public static string TaskOf(FloatGraph graph, ModelTask asked, bool hasLabels) =>
        asked == ModelTask.Regress ? Regress
        : asked == ModelTask.Classify || hasLabels ? Classify
        : ScoresOf(graph) switch
        {
            SoftmaxNode => Classify,
            LinearNode => Both,
            _ => Regress,
        };

    /// <summary>The first measure that isn't met, else the first.</summary>
    public static FidelityVerdict Judge(string task, SetFidelity calibration, SetFidelity? test)
    {
        List<FidelityVerdict> verdicts = [];
        if (test is not null)
        {
            Judge(task, test, "test", verdicts);
        }

        if (test is null || test.Items < EnoughItems)
        {
            Judge(task, calibration, "calibration", verdicts);
        }

        return verdicts.Find(v => !v.Met) ?? verdicts[0];
    }

    public static string Words(FidelityVerdict verdict, int items) => verdict.Measure switch
    {
        Agreement => $"the exact program gives the float model's class for {Percent(verdict.Value)} of {items} {verdict.MeasuredOn} items, less than {Percent(verdict.Limit)}",
        Refused => $"the exact program refuses {Percent(verdict.Value)} of {items} {verdict.MeasuredOn} items at its boundary, more than {Percent(verdict.Limit)}",
        _ => $"the exact program's mean relative error against float is {Percent(verdict.Value)} on {items} {verdict.MeasuredOn} items, more than {Percent(verdict.Limit)}",
    };

    private static void Judge(string task, SetFidelity set, string on, List<FidelityVerdict> verdicts)
    {
        if (task != Regress && set.Top1Agreement is { } agreement)
        {
            verdicts.Add(new FidelityVerdict(task, on, Agreement, agreement, LeastAgreement, agreement >= LeastAgreement));
        }

        if (task != Classify || set.Top1Agreement is null)
        {
            // Not LINQ's Max, which passes over NaN; what isn't a number is not near anything.
            double error = 0;
            foreach (OutputFidelity output in set.Outputs)
            {
                error = Math.Max(error, output.MeanRelativeError);
            }

            verdicts.Add(new FidelityVerdict(task, on, Error, error, MostError, error <= MostError));
        }

        // A refused item is an answer that the float model gives and the exact one doesn't; errors are measured without it.
        double refused = set.Items == 0 ? 1 : Math.Round((double)set.ItemsRefused / set.Items, 6);
        if (!(refused <= MostRefused))
        {
            verdicts.Add(new FidelityVerdict(task, on, Refused, refused, MostRefused, false));
        }
    }

    /// <summary>What gives the only output's one row of several elements; null if it isn't one.</summary>
    private static FloatNode? ScoresOf(FloatGraph graph)
    {
        if (graph.Outputs.Length != 1 || graph.Outputs[0].Node is not { Count: > 1 } output || output.Shape[^1] != output.Count)
        {
            return null;
        }

        FloatNode node = output;
        while (node is ReshapeNode reshape)
        {
            node = reshape.X;
        }

        return node;
    }

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
