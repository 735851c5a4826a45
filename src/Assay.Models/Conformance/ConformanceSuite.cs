using System.Collections.Immutable;
using Assay.Models.Data;
using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Models.Import;
using Assay.Models.Import.Operators;
using Assay.Models.Quantization;
using Assay.Programs;
using Onnx;

namespace Assay.Models.Conformance;

/// <summary>
/// Runs ONNX's own conformance models: imported, compiled with 16 bits calibrated on their test inputs, run by the
/// reference interpreter, compared with the outputs that come with them.
/// </summary>
/// <remarks>
/// Stated error: every element within <c>max|expected| / 1000 + 4 steps</c> of the output's scale. A 16-bit value has an
/// error of half a step, some 2^-16 of its range with the headroom; the models have up to some dozen roundings behind
/// each other, each of which a later operation may amplify. A thousandth of the largest output allows for that, and is a
/// tenth of what an 8-bit value could keep. The float graph must agree within
/// 1/10,000, or a unit in the last place of a narrower expected type.
/// </remarks>
public static class ConformanceSuite
{
    /// <summary>All models under a folder, by suite and name.</summary>
    public static ImmutableArray<ConformanceOutcome> Run(string root, bool exact, IProgress<string>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        string[] folders = [.. Directory.GetDirectories(root, "test_*", SearchOption.AllDirectories).Where(f => File.Exists(Path.Combine(f, "model.onnx"))).Order(StringComparer.Ordinal)];
        ConformanceOutcome[] outcomes = new ConformanceOutcome[folders.Length];
        int done = 0;
        Parallel.For(0, folders.Length, i =>
        {
            outcomes[i] = One(folders[i], exact);
            int now = Interlocked.Increment(ref done);
            if (now % 100 == 0)
            {
                progress?.Report($"{now} of {folders.Length} models");
            }
        });
        return [.. outcomes];
    }

    /// <summary>One model's folder.</summary>
    public static ConformanceOutcome One(string folder, bool exact)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string suite = Path.GetFileName(Path.GetDirectoryName(folder)) ?? string.Empty;
        string name = Path.GetFileName(folder);
        if (ConformanceCase.Operators(folder, out ModelProto? model) is not { } operators)
        {
            return new(suite, name, [], false, string.Empty, false, false, OnnxErrors.Decode, "the file can't be read", double.NaN);
        }

        bool inScope = operators.Length != 0 && operators.All(OperatorTable.Known.ContainsKey);
        ConformanceOutcome outcome = new(suite, name, operators, inScope, string.Empty, false, false, OnnxErrors.UnsupportedOperator, "it has other operators", double.NaN);
        if (!inScope)
        {
            return outcome;
        }

        if (ConformanceCase.Read(folder, model!) is not { } test)
        {
            return outcome with { Code = OnnxErrors.ElementType, Message = "its inputs or outputs are sequences, text or of other types" };
        }

        return Attempts(outcome, test, exact);
    }

    private static ConformanceOutcome Attempts(ConformanceOutcome outcome, ConformanceCase test, bool exact)
    {
        ConformanceOutcome? best = null;
        foreach ((string form, Func<int, bool> bind) in Forms(test.InputCount))
        {
            ConformanceOutcome tried = Attempt(outcome with { Form = form }, test, bind, exact);
            if (tried.ExactAgrees || (tried.FloatAgrees && !exact))
            {
                return tried;
            }

            // The first reason counts, unless a later form comes further, or the first only asks for constants.
            bool asked = best?.Message?.Contains("must be a constant", StringComparison.Ordinal) ?? true;
            best = best is null || asked || (tried.FloatAgrees && !best.FloatAgrees) ? tried : best;
        }

        return best!;
    }

    private static IEnumerable<(string Form, Func<int, bool> Bind)> Forms(int inputs)
    {
        yield return ("all inputs computed", _ => false);
        for (int i = 0; i < Math.Min(inputs, 4) && inputs > 1; i++)
        {
            int free = i;
            yield return ($"input {free} computed, the others constant", k => k != free);
        }

        yield return ("all inputs constant", _ => true);
    }

    private static ConformanceOutcome Attempt(ConformanceOutcome outcome, ConformanceCase test, Func<int, bool> bind, bool exact)
    {
        ImportResult import = OnnxImporter.Import(test.Bound(bind), null, new ImportOptions { ConstantOutputs = true });
        if (import.Graph is not { } graph)
        {
            ImportError error = import.Errors[0];
            return outcome with { Code = error.Code, Message = error.Operator is null ? error.Message : $"{error.Operator}: {error.Message}" };
        }

        float[][]? inputs = Inputs(graph, test, out int items);
        if (inputs is null)
        {
            return outcome with { Code = DataErrors.Shape, Message = "the test inputs don't fit the graph's" };
        }

        float[][] expected = [.. test.Outputs.Select(o => o.Floats ?? Array.ConvertAll(o.Integers!, v => (float)v))];
        float[][][] computed = new float[items][][];
        FloatInterpreter interpreter = new(graph);
        for (int item = 0; item < items; item++)
        {
            interpreter.Run(Item(graph, inputs, item));
            computed[item] = [.. graph.Outputs.Take(expected.Length).Select(o => interpreter.Value(o.Node).ToArray())];
        }

        if (Compare(computed, expected, (o, want, _) => test.Tolerances[o] * Math.Max(1, Math.Abs(want)), out string? difference) > 1)
        {
            return outcome with { Code = "differs", Message = "float graph: " + difference };
        }

        outcome = outcome with { FloatAgrees = true, Code = null, Message = null };
        return exact ? Exact(outcome, graph, inputs, items, expected) : outcome;
    }

    private static ConformanceOutcome Exact(ConformanceOutcome outcome, FloatGraph graph, float[][] inputs, int items, float[][] expected)
    {
        QuantizerOptions options = new() { ActivationBits = 16, WeightBits = 16, Narrow = false };
        QuantizeResult result = Quantizer.Compile(graph, TensorSet.Of(graph, inputs), options);
        if (result.Model is not { } model)
        {
            EmitError error = result.Error!;
            return outcome with { Code = error.Code, Message = error.Node is null ? error.Message : $"{error.Node.OnnxOperator}: {error.Message}" };
        }

        float[][][] computed = new float[items][][];
        for (int item = 0; item < items; item++)
        {
            ReadOnlyMemory<float>[] values = Item(graph, inputs, item);
            short[][] integers = new short[values.Length][];
            for (int i = 0; i < integers.Length; i++)
            {
                integers[i] = new short[values[i].Length];
                if (Boundary.Quantize(model.Program.Inputs[i], values[i].Span, integers[i]).Error is { } code)
                {
                    return outcome with { Code = code, Message = "an input is refused" };
                }
            }

            short[][] outputs = ReferenceInterpreter.Run(model, integers);
            computed[item] = new float[expected.Length][];
            for (int o = 0; o < expected.Length; o++)
            {
                computed[item][o] = new float[outputs[o].Length];
                Boundary.Dequantize(model.Program.Outputs[o], outputs[o], computed[item][o]);
            }
        }

        double worst = Compare(computed, expected, (o, _, largest) => largest / 1000 + 4 * model.Program.Outputs[o].Scale, out string? difference);
        return worst <= 1
            ? outcome with { ExactAgrees = true, Error = worst }
            : outcome with { Code = "differs", Message = "exact program: " + difference, Error = worst };
    }

    /// <summary>The largest error as a share of what is allowed; infinite if shapes differ.</summary>
    private static double Compare(float[][][] computed, float[][] expected, Func<int, float, double, double> allowed, out string? difference)
    {
        double worst = 0;
        difference = null;
        for (int o = 0; o < expected.Length; o++)
        {
            float[] want = expected[o];
            double largest = want.Where(float.IsFinite).Select(w => (double)Math.Abs(w)).DefaultIfEmpty(0).Max();
            int count = computed.Sum(item => item[o].Length);
            if (count != want.Length)
            {
                difference = $"output {o} has {count} elements instead of {want.Length}";
                return double.PositiveInfinity;
            }

            int position = 0;
            foreach (float[][] item in computed)
            {
                foreach (float value in item[o])
                {
                    float expect = want[position];
                    double share = value.Equals(expect) ? 0 : Math.Abs((double)value - expect) / allowed(o, expect, largest);
                    share = double.IsNaN(share) ? double.PositiveInfinity : share;
                    if (share > worst)
                    {
                        worst = share;
                        difference = FormattableString.Invariant($"{value} instead of {expect} at element {position} of output {o}");
                    }

                    position++;
                }
            }
        }

        return worst;
    }

    private static float[][]? Inputs(FloatGraph graph, ConformanceCase test, out int items)
    {
        items = 1;
        float[][] inputs = new float[graph.Inputs.Length][];
        for (int i = 0; i < inputs.Length; i++)
        {
            InputNode input = graph.Inputs[i];
            if (test.Values(input.Name) is not { Length: > 0 } values || values.Length % input.Count != 0 || (i > 0 && values.Length / input.Count != items))
            {
                return null;
            }

            items = values.Length / input.Count;
            inputs[i] = values;
        }

        return inputs;
    }

    private static ReadOnlyMemory<float>[] Item(FloatGraph graph, float[][] inputs, int item) =>
        [.. inputs.Select((values, i) => new ReadOnlyMemory<float>(values, item * graph.Inputs[i].Count, graph.Inputs[i].Count))];
}
