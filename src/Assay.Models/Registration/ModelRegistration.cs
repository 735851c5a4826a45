using System.Collections.Immutable;
using System.Globalization;
using Assay.Engine;
using Assay.Models.Data;
using Assay.Models.Fidelity;
using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Quantization;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Models.Registration;

/// <summary>From an ONNX file and calibration data to an exact model with its fidelity report, in one call.</summary>
public static class ModelRegistration
{
    /// <summary>
    /// Imports, calibrates, compiles, measures. The result depends on the request's bytes and options only. Never throws
    /// on hostile bytes.
    /// </summary>
    /// <param name="request">File, data and options.</param>
    /// <param name="progress">Told in words what is being done.</param>
    /// <param name="cancellation">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RegistrationResult Register(RegistrationRequest request, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Validate();
        progress?.Report("reading the model");
        ImportResult import = OnnxImporter.Import(request.Onnx.Span, request.Limits, request.Import);
        if (import.Graph is not { } graph)
        {
            return RegistrationResult.Failed([.. import.Errors.Select(e => new RegistrationError(e.Code, e.Node, e.Operator, e.Message, e.Hint))]);
        }

        if (ReadSet(graph, request.Calibration, "calibration", out RegistrationError? error) is not { } calibration)
        {
            return RegistrationResult.Failed(error!);
        }

        TensorSet? test = request.Test is null ? null : ReadSet(graph, request.Test, "test", out error);
        long[]? labels = error is null && request.Labels is { } bytes ? ReadLabels(graph, bytes, test, out error) : null;
        if (error is not null)
        {
            return RegistrationResult.Failed(error);
        }

        try
        {
            return Compile(request, graph, calibration, test, labels, progress, cancellation);
        }
        catch (Exception e) when ((e as EngineMemoryException ?? (e as AggregateException)?.InnerException as EngineMemoryException) is { } memory)
        {
            return RegistrationResult.Failed(new RegistrationError(QuantizeErrors.Memory, null, null, memory.Message, null));
        }
    }

    private static RegistrationResult Compile(
        RegistrationRequest request, FloatGraph graph, TensorSet calibration, TensorSet? test, long[]? labels, IProgress<string>? progress, CancellationToken cancellation)
    {
        QuantizeResult result = Quantizer.Compile(graph, calibration, request.Options, progress, cancellation);
        if (result.Model is not { } model)
        {
            EmitError failure = result.Error!;
            return RegistrationResult.Failed(new RegistrationError(failure.Code, failure.Node?.Name, failure.Node?.OnnxOperator, failure.Message, null));
        }

        progress?.Report("measuring fidelity");
        Evaluation onCalibration = Evaluation.Measure(result, calibration, cancellation);
        Evaluation? onTest = test is null ? null : Evaluation.Measure(result, test, cancellation);
        if ((onTest?.NotFinite() ?? onCalibration.NotFinite()) is { } broken)
        {
            FloatOutput output = graph.Outputs[broken.Output];
            return RegistrationResult.Failed(new RegistrationError(
                QuantizeErrors.Range, output.Node.Name, output.Node.OnnxOperator,
                $"output '{output.Name}' of {(onTest is null ? "calibration" : "test")} item {broken.Item} is NaN or infinite in float, so nothing can be compared with it", "Leave such items out, or clip what the operator gets."));
        }

        string task = AcceptanceRule.TaskOf(graph, request.Task, labels is not null);
        FidelityReport report = Reports.Make(result, request.Options, task, onCalibration, onTest, labels);
        return report.Verdict!.Met || request.AcceptFidelity
            ? RegistrationResult.Of(model, Statement(request, graph, model, report))
            : RegistrationResult.Failed(new RegistrationError(
                QuantizeErrors.Acceptance,
                null,
                null,
                AcceptanceRule.Words(report.Verdict, (report.Verdict.MeasuredOn == "test" ? report.Test! : report.Calibration).Items) + "; " + Worst(report),
                "--fidelity widens layers until a target is met; --task says whether it classifies; --accept-fidelity registers it as it is, and every receipt says so."));
    }

    private static string Worst(FidelityReport report)
    {
        LayerFidelity worst = report.Layers.MaxBy(l => l.MeanRelativeError)!;
        return string.Create(CultureInfo.InvariantCulture, $"the layer furthest from float is '{worst.Name}' ({worst.Operator}) with {100 * worst.MeanRelativeError:0.##}%");
    }

    private static TensorSet? ReadSet(
        FloatGraph graph, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string what, out RegistrationError? error)
    {
        Dictionary<string, NpyArray> arrays = [];
        foreach ((string name, ReadOnlyMemory<byte> bytes) in files)
        {
            if (NpyReader.TryRead(bytes, out string? code) is not { } array)
            {
                error = new RegistrationError(code!, null, null, $"the {what} data can't be read as a .npy file", "numpy.save of a float32 array of shape [items, ...], C order");
                return null;
            }

            arrays.Add(name, array);
        }

        TensorSet? set = TensorSet.TryCreate(graph, arrays, out (string Code, string Message) reason);
        error = set is null ? new RegistrationError(reason.Code, null, null, $"the {what} data: {reason.Message}", null) : null;
        return set;
    }

    private static long[]? ReadLabels(FloatGraph graph, ReadOnlyMemory<byte> bytes, TensorSet? test, out RegistrationError? error)
    {
        NpyArray? array = NpyReader.TryRead(bytes, out string? code);
        long[]? labels = array?.ToIntegers();
        int classes = graph.Outputs[0].Node.Count;
        bool fits = labels is not null && test is not null && labels.Length == test.Items && classes > 1
            && Array.TrueForAll(labels, l => l >= 0 && l < classes);
        error = fits ? null : new RegistrationError(
            array is null ? code! : DataErrors.Labels, null, null, $"labels must be integers from 0 to {classes - 1}, one for each test item", null);
        return fits ? labels : null;
    }

    private static ModelStatement Statement(RegistrationRequest request, FloatGraph graph, ExactModel model, FidelityReport report)
    {
        QuantizerOptions options = request.Options;
        return new ModelStatement(
            ModelStatement.ProfileName,
            model.Id.ToString(),
            ModelStatement.CompilerName,
            new StatementSource("onnx", Digest32.Sha256(request.Onnx.Span).ToString(), request.Onnx.Length),
            Data(graph, request.Calibration, report.Calibration.Items),
            request.Test is null ? [] : Data(graph, request.Test, report.Test!.Items),
            request.Labels is { } labels ? Digest32.Sha256(labels.Span).ToString() : null,
            [.. model.Program.Inputs.Select(i => Tensor(i.Name, i.Type))],
            [.. model.Program.Outputs.Select(o => Tensor(o.Name, model.Program.TypeOf(o.Value)))],
            new StatementOptions(
                options.ActivationBits,
                options.WeightBits,
                options.FidelityTarget,
                options.Narrow,
                options.InputRule == OutOfRange.Clamp ? "clamp" : "refuse",
                [.. graph.Inputs.Where(i => options.InputRanges.ContainsKey(i.Name)).Select(i => new StatementRange(i.Name, options.InputRanges[i.Name].Lo, options.InputRanges[i.Name].Hi))],
                options.SearchItems,
                Choices(request.Import)),
            report);
    }

    private static StatementImport? Choices(ImportOptions import) =>
        import is { Shapes: ShapeReading.Auto, Dimensions.Count: 0, Bound.Count: 0 } ? null : new StatementImport(
            import.Shapes.ToString().ToLowerInvariant(),
            import.Dimensions.ToImmutableSortedDictionary(StringComparer.Ordinal),
            import.Bound.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private static ImmutableArray<StatementData> Data(FloatGraph graph, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, int items) =>
        [.. graph.Inputs.Select(i => new StatementData(
            i.Name, Digest32.Sha256((files.Count == 1 && graph.Inputs.Length == 1 ? files.Values.First() : files[i.Name]).Span).ToString(), items))];

    private static StatementTensor Tensor(string name, TensorType type) => new(name, type.Shape, type.Lo, type.Hi);
}
