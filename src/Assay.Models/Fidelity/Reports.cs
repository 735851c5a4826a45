using System.Collections.Immutable;
using Assay.Models.Quantization;

namespace Assay.Models.Fidelity;

/// <summary>Puts measurements into a report.</summary>
internal static class Reports
{
    public static FidelityReport Make(
        QuantizeResult result, QuantizerOptions options, string task, Evaluation onCalibration, Evaluation? onTest, long[]? labels)
    {
        SetFidelity calibration = Set(result, onCalibration, null);
        SetFidelity? test = onTest is null ? null : Set(result, onTest, labels);
        return new FidelityReport(
            "the source graph in float32 with sums in double, by Assay's own interpreter",
            options.FidelityTarget,
            calibration,
            test,
            Layers(result, onCalibration),
            result.Search,
            AcceptanceRule.Judge(task, calibration, test));
    }

    private static ImmutableArray<LayerFidelity> Layers(QuantizeResult result, Evaluation calibration) =>
        [.. result.Layers.Select((l, i) => new LayerFidelity(
            l.Name,
            l.Operator,
            l.WeightBits == 0 ? null : l.WeightBits,
            l.ResultBits,
            l.Limbs == 0 ? null : l.Limbs,
            Saturated(calibration, l, i),
            l.Limbs == 2 ? l.Reason + "; two limbs for the accumulator's bound" : l.Reason,
            calibration.Layer(i).MeanRelativeError))];

    private static SetFidelity Set(QuantizeResult result, Evaluation run, long[]? labels)
    {
        SetAccuracy? accuracy = null;
        if (labels is not null)
        {
            (int inFloat, int inExact) = run.Correct(labels);
            accuracy = new SetAccuracy(run.Items, inFloat, inExact);
        }

        return new SetFidelity(
            run.Items,
            [.. Enumerable.Range(0, result.Model!.Program.Outputs.Length).Select(run.Output)],
            run.Agreements is { } agreements ? Math.Round((double)agreements / run.Items, 6) : null,
            run.Clamped,
            run.ItemsOutOfRange,
            run.Refused,
            result.Layers.Select((l, i) => Saturated(run, l, i)).Sum(),
            accuracy);
    }

    private static long Saturated(Evaluation run, QuantizedLayer layer, int index)
    {
        (_, long low, long high) = run.Layer(index);
        return (layer.LowIsIntended ? 0 : low) + (layer.HighIsIntended ? 0 : high);
    }
}
