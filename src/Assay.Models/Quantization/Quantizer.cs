using System.Collections.Immutable;
using System.Globalization;
using Assay.Models.Data;
using Assay.Models.Fidelity;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>
/// Compiles a float graph to an exact program (fixed-point/v1). All scales are rounded to 12 significant bits, all sums
/// and functions that calibration uses have one result on every machine: the same graph and calibration data give the
/// same ModelId everywhere.
/// </summary>
internal sealed class Quantizer
{
    private const int NarrowBits = 8;
    private const int WideBits = 16;

    // Multiplications that one evaluation of the search may cost; items are left out beyond it.
    private const long WorkPerEvaluation = 200_000_000;

    // Multiplications of a whole search, some ten seconds; ten times as many where a target was asked for.
    private const long WorkPerSearch = 8_000_000_000;
    private const int MostTrials = 64;

    private readonly FloatGraph _graph;
    private readonly FloatReference _search;
    private readonly Calibration _calibration;
    private readonly QuantizerOptions _options;
    private readonly TableCache _tables = new();
    private readonly List<string> _log = [];
    private readonly CancellationToken _cancellation;
    private readonly IProgress<string>? _progress;
    private readonly int _trials;
    private Dictionary<FloatNode, LayerWidths> _widths = [];

    private Quantizer(FloatGraph graph, TensorSet data, QuantizerOptions options, IProgress<string>? progress, CancellationToken cancellation)
    {
        _graph = graph;
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        _calibration = Calibration.Collect(graph, data, cancellation);
        long work = graph.Nodes.Sum(n => n.Work);
        int items = (int)Math.Clamp(WorkPerEvaluation / Math.Max(1, work), 4, Math.Max(4, options.SearchItems));
        _search = FloatReference.Compute(graph, data.Sample(items), cancellation);
        long budget = options.FidelityTarget is null ? WorkPerSearch : 10 * WorkPerSearch;
        _trials = (int)Math.Clamp(budget / Math.Max(1, work * _search.Data.Items), 1, MostTrials);
    }

    /// <summary>The program with the graph it was made of (which says the same in float), or why there is none.</summary>
    public static QuantizeResult Compile(
        FloatGraph graph, TensorSet calibration, QuantizerOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        if (graph.Nodes.Length > ProgramLimits.Operations)
        {
            return new QuantizeResult(graph, null, [], [], new EmitError(QuantizeErrors.Program, null, $"{graph.Nodes.Length} operations, at most {ProgramLimits.Operations} fit a program"));
        }

        FloatGraph lowered = GraphLowering.Lower(graph);
        progress?.Report($"calibrating on {calibration.Items} items");
        return new Quantizer(lowered, calibration, options, progress, cancellation).Run();
    }

    private QuantizeResult Run()
    {
        foreach (FloatNode node in _graph.Nodes)
        {
            (float min, float max) = _calibration.Range(node);
            if (!float.IsFinite(min) || !float.IsFinite(max))
            {
                return Failed(new EmitError(QuantizeErrors.Range, node, "the float model gives NaN or an infinity on the calibration data"));
            }

            if (ProgramEmitter.HasWidth(node))
            {
                bool weights = node is LinearNode or ConvNode;
                _widths[node] = new LayerWidths(weights ? _options.WeightBits : 0, _options.ActivationBits, "default");
            }
        }

        EmitResult result = Emit();
        if (result.Model is null)
        {
            return Failed(result.Error!);
        }

        double error = Error(result.Model);
        Log($"starting widths {_options.ActivationBits}/{_options.WeightBits}: {Percent(error)}");
        if (_options.FidelityTarget is { } target && error > target)
        {
            (result, error) = Widen(result, error, target);
            if (error > target)
            {
                return Failed(new EmitError(QuantizeErrors.Fidelity, null, $"mean relative error {Percent(error)} with all layers at {WideBits} bits, asked for {Percent(target)}"));
            }
        }
        else if (_options.Narrow)
        {
            result = Narrow(result, error, _options.FidelityTarget);
        }

        return new QuantizeResult(_graph, result.Model, result.Layers, [.. _log], null);
    }

    /// <summary>Widens the layers that gain most, until the target is met or all are wide.</summary>
    private (EmitResult Result, double Error) Widen(EmitResult result, double error, double target)
    {
        List<(FloatNode Node, double Error)> gains = [];
        foreach (FloatNode node in _widths.Keys.Take(_trials))
        {
            double without = Try(node, Wide(node, "trial"), out _);
            gains.Add((node, without));
        }

        foreach ((FloatNode node, double alone) in gains.OrderBy(g => g.Error).Concat(_widths.Keys.Skip(_trials).Select(n => (n, double.NaN))).ToList())
        {
            string why = string.Create(CultureInfo.InvariantCulture, $"widened for the fidelity target (alone: {Percent(error)} to {Percent(alone)})");
            LayerWidths wide = Wide(node, why);
            double widened = Try(node, wide, out EmitResult trial);
            if (trial.Model is null || widened > error)
            {
                continue;
            }

            _widths[node] = wide;
            (result, error) = (trial, widened);
            Log($"'{node.Name}' widened to {WideBits} bits: {Percent(error)}");
            if (error <= target)
            {
                break;
            }
        }

        return (result, error);
    }

    private LayerWidths Wide(FloatNode node, string reason) =>
        new(_widths[node].WeightBits == 0 ? 0 : WideBits, WideBits, reason);

    /// <summary>Narrows weights, then results, wherever the error stays within the target, or (without one) doesn't grow.</summary>
    private EmitResult Narrow(EmitResult result, double error, double? target)
    {
        // Rounding moves the error a little either way; less than a twentieth is no loss.
        double limit = target ?? error * 1.05;
        int trials = 0;
        foreach (bool weights in new[] { true, false })
        {
            // The most work first: there it pays, should the trials not do for all.
            foreach (FloatNode node in _widths.Keys.OrderByDescending(n => n.Work).ToList())
            {
                LayerWidths now = _widths[node];
                if ((weights ? now.WeightBits : now.ResultBits) <= NarrowBits)
                {
                    continue;
                }

                if (trials++ >= _trials)
                {
                    Log($"narrowing ended after {_trials} trials");
                    return result;
                }

                string reason = $"{(weights ? "weights" : "result")} narrowed to {NarrowBits} bits: {(target is null ? "no loss on calibration" : "within the fidelity target")}";
                LayerWidths narrow = weights
                    ? now with { WeightBits = NarrowBits, Reason = reason }
                    : now with { ResultBits = NarrowBits, Reason = now.Reason == "default" ? reason : now.Reason + "; " + reason };
                double narrowed = Try(node, narrow, out EmitResult trial);
                if (trial.Model is not null && narrowed <= limit)
                {
                    _widths[node] = narrow;
                    result = trial;
                    Log($"'{node.Name}' {reason}: {Percent(narrowed)}");
                }
            }
        }

        return result;
    }

    private double Try(FloatNode node, LayerWidths widths, out EmitResult trial)
    {
        Dictionary<FloatNode, LayerWidths> before = _widths;
        _widths = new Dictionary<FloatNode, LayerWidths>(before) { [node] = widths };
        trial = Emit();
        _widths = before;
        return trial.Model is null ? double.PositiveInfinity : Error(trial.Model);
    }

    /// <summary>Emits, narrowing operands of layers whose sums are too long for the accumulator.</summary>
    private EmitResult Emit()
    {
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            EmitResult result = new ProgramEmitter(_graph, _calibration, _options, _widths, _tables).Emit();
            if (result.Error?.Narrower is not { } owner)
            {
                return result;
            }

            // At most eight times for each layer.
            LayerWidths now = _widths[owner];
            _widths[owner] = now with { ResultBits = now.ResultBits - 1, Reason = $"narrowed for the accumulator of '{result.Error.Node!.Name}'" };
        }
    }

    private double Error(ExactModel model)
    {
        _cancellation.ThrowIfCancellationRequested();
        return Evaluation.Run(_search, model, _cancellation).MeanRelativeError;
    }

    private QuantizeResult Failed(EmitError error) => new(_graph, null, [], [.. _log], error);

    private void Log(string line)
    {
        _log.Add(line);
        _progress?.Report(line);
    }

    private static string Percent(double share) => (share * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}

/// <summary>A program with the graph it says the same as, or why there is none.</summary>
internal sealed record QuantizeResult(
    FloatGraph Graph, ExactModel? Model, ImmutableArray<QuantizedLayer> Layers, ImmutableArray<string> Search, EmitError? Error);
