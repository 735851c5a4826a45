using Assay.Models.Quantization;

namespace Assay.Models.Fidelity;

/// <summary>Puts measurements into a report.</summary>
internal static class Reports
{
    public static FidelityReport Make(QuantizeResult result, QuantizerOptions options, Evaluation calibration, Evaluation? test, long[]? labels) => new(
        "the source graph in float32 with sums in double, by Assay's own interpreter",
        options.FidelityTarget,
        Set(result, calibration, null),
        test is null ? null : Set(result, test, labels),
        [.. result.Layers.Select(l => new LayerFidelity(
            l.Name,
            l.Operator,
            l.WeightBits == 0 ? null : l.WeightBits,
            l.ResultBits,
            l.Limbs == 0 ? null : l.Limbs,
            Saturated(calibration, l),
            l.Limbs == 2 ? l.Reason + "; two limbs for the accumulator's bound" : l.Reason))],
        result.Search);

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
            result.Layers.Sum(l => Saturated(run, l)),
            accuracy);
    }

    private static long Saturated(Evaluation run, QuantizedLayer layer)
    {
        (long low, long high) = run.AtEnds(layer.Value);
        return (layer.LowIsIntended ? 0 : low) + (layer.HighIsIntended ? 0 : high);
    }
}
