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

    // Multiplications that one evaluation of the search may cost; items are left out beyond it, but not below eight.
    private const long WorkPerEvaluation = 1_000_000_000;
    private const int LeastItems = 8;

    // Multiplications of a whole search: some ten seconds on two cores; ten times as many where a target is to be met.
    private const long WorkPerSearch = 200_000_000_000;
    private const int MostTrials = 256;

    // Above this error wider results are tried where they cost nothing.
    private const double GoodEnough = 0.003;

    // Without a target of the user's own: what the rule for registration asks of regressors, with something to spare.
    private const double UnaskedTarget = 0.015;

    private readonly FloatGraph _graph;
    private readonly GraphFacts _facts;
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
        _facts = new GraphFacts(graph);
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        _calibration = Calibration.Collect(graph, data, cancellation);
        long work = graph.Nodes.Sum(n => n.Work);
        int items = (int)Math.Clamp(WorkPerEvaluation / Math.Max(1, work), Math.Min(LeastItems, options.SearchItems), options.SearchItems);
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

        progress?.Report($"calibrating on {calibration.Items} items");
        return new Quantizer(graph, calibration, options, progress, cancellation).Run();
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

            if (_facts.HasWidth(node))
            {
                _widths[node] = InitialWidths.Of(_facts, _calibration, _options, node);
            }
        }

        EmitResult result = Emit();
        if (result.Model is null)
        {
            return Failed(result.Error!);
        }

        double error = Error(result.Model);
        Log($"starting widths {_options.ActivationBits}/{_options.WeightBits}: {Percent(error)}");
        if (error > (_options.FidelityTarget ?? GoodEnough))
        {
            (result, error) = UseRoom(result, error);
        }

        if (error > (_options.FidelityTarget ?? UnaskedTarget))
        {
            (result, error) = Widen(result, error, _options.FidelityTarget ?? UnaskedTarget);
            if (_options.FidelityTarget is { } target && error > target)
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

    /// <summary>Results as wide as the sums that read them have room for, if that helps.</summary>
    private (EmitResult Result, double Error) UseRoom(EmitResult start, double error)
    {
        Dictionary<FloatNode, LayerWidths> widths = new(_widths);
        foreach (FloatNode node in _widths.Keys.Where(n => IsSearched(n) && !_calibration.WholeNumbers.Contains(n)))
        {
            int room = InitialWidths.Room(_facts, _options, node);
            if (room > widths[node].ResultBits)
            {
                widths[node] = widths[node] with { ResultBits = room, Reason = "wider where it costs nothing" };
            }
        }

        Trial trial = Try(widths);
        Log($"results as wide as sums in one limb allow: {Percent(trial.Error)}");
        if (trial.Error > error * 0.9)
        {
            return (start, error);
        }

        _widths = trial.Widths;
        return (trial.Result, trial.Error);
    }

    /// <summary>
    /// Widens layers, those that gain most alone first, as few as meet the target; if it can't be met, as few as come
    /// within a tenth of what all together reach.
    /// </summary>
    private (EmitResult Result, double Error) Widen(EmitResult start, double error, double target)
    {
        List<FloatNode> nodes = [.. _widths.Keys.Where(n => IsSearched(n) && (_widths[n].ResultBits < WideBits || _widths[n].WeightBits is > 0 and < WideBits))];
        Trial all = Try(nodes);
        Log($"all layers at {WideBits} bits: {Percent(all.Error)}");
        if (all.Error >= error)
        {
            return (start, error);
        }

        double limit = Math.Max(target, all.Error * 1.1);
        Dictionary<FloatNode, double> alone = nodes.ToDictionary(n => n, _ => error);
        foreach (FloatNode node in nodes.OrderByDescending(n => n.Work).Take(_trials))
        {
            alone[node] = Try([node]).Error;
            _progress?.Report($"'{node.Name}' alone at {WideBits} bits: {Percent(alone[node])}");
        }

        // The least number of layers that is enough, by halving: errors fall, near enough, as layers widen.
        nodes = [.. nodes.OrderBy(n => alone[n])];
        (int few, int many) = (0, nodes.Count);
        Trial best = all;
        while (many - few > 1)
        {
            int middle = (few + many) / 2;
            Trial trial = Try(nodes[..middle]);
            (few, many) = trial.Error <= limit ? (few, middle) : (middle, many);
            best = trial.Error <= limit ? trial : best;
            _progress?.Report($"{middle} layers at {WideBits} bits: {Percent(trial.Error)}");
        }

        _widths = best.Widths;
        foreach (FloatNode node in nodes.Take(many))
        {
            _widths[node] = _widths[node] with
            {
                Reason = string.Create(CultureInfo.InvariantCulture, $"widened for the fidelity target (alone: {Percent(error)} to {Percent(alone[node])})"),
            };
        }

        Log($"{many} of {nodes.Count} layers widened to {WideBits} bits: {Percent(best.Error)}");
        return (Emit(), best.Error);

        Trial Try(IReadOnlyCollection<FloatNode> wide)
        {
            Dictionary<FloatNode, LayerWidths> widths = new(_widths);
            foreach (FloatNode node in wide)
            {
                widths[node] = new LayerWidths(widths[node].WeightBits == 0 ? 0 : WideBits, WideBits, widths[node].Reason);
            }

            return this.Try(widths);
        }
    }

    /// <summary>Narrows weights, then results, wherever the error stays within the target, or (without one) doesn't grow.</summary>
    private EmitResult Narrow(EmitResult result, double error, double? target)
    {
        // Rounding moves the error a little either way; less than a twentieth is no loss.
        double limit = target ?? error * 1.05;
        int trials = 0;
        foreach (bool weights in new[] { true, false })
        {
            // The most work first: there it pays, should the trials not do for all.
            foreach (FloatNode node in _widths.Keys.Where(IsSearched).OrderByDescending(n => n.Work).ToList())
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
                Trial trial = Try(new Dictionary<FloatNode, LayerWidths>(_widths) { [node] = narrow });
                if (trial.Result.Model is not null && trial.Error <= limit)
                {
                    _widths = trial.Widths;
                    result = trial.Result;
                    Log($"'{node.Name}' {reason}: {Percent(trial.Error)}");
                }
            }
        }

        return result;
    }

    private sealed record Trial(EmitResult Result, double Error, Dictionary<FloatNode, LayerWidths> Widths);

    /// <summary>Constants and embeddings cost nothing, and probabilities narrow for accumulators only.</summary>
    private static bool IsSearched(FloatNode node) => node is not (SoftmaxNode or ConstantNode or EmbeddingNode);

    private Trial Try(Dictionary<FloatNode, LayerWidths> widths)
    {
        Dictionary<FloatNode, LayerWidths> before = _widths;
        _widths = widths;
        EmitResult result = Emit();
        _widths = before;
        return new Trial(result, result.Model is null ? double.PositiveInfinity : Error(result.Model), widths);
    }

    /// <summary>Emits, narrowing operands of layers whose sums are too long for the accumulator.</summary>
    private EmitResult Emit()
    {
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            EmitResult result = new ProgramEmitter(_facts, _calibration, _options, _widths, _tables).Emit();
            if (result.Error?.Narrower is not { } owner)
            {
                return result;
            }

            // At most eight times for each layer.
            LayerWidths now = _widths[owner];
            string reason = $"narrowed for the accumulator of '{result.Error.Node!.Name}'";
            _widths[owner] = now with { ResultBits = now.ResultBits - 1, Reason = reason };
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
