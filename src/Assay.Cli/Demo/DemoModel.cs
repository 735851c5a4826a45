using System.Diagnostics;
using System.Runtime.InteropServices;
using Assay.Cli.Commands;
using Assay.Models.Data;
using Assay.Models.Fidelity;
using Assay.Models.Registration;
using Assay.Node.Proving;
using Assay.Node.Serving;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Cli.Demo;

/// <summary>A shipped model with its real test data.</summary>
internal sealed class DemoModel
{
    private readonly ModelPackage _package;
    private readonly RegistrationResult _registered;
    private readonly NpyArray _inputs;
    private readonly float[] _values;
    private readonly long[] _labels;

    private DemoModel(ModelPackage package, RegistrationResult registered, double compileSeconds, NpyArray inputs, long[] labels)
    {
        _package = package;
        _registered = registered;
        CompileSeconds = compileSeconds;
        _inputs = inputs;
        _values = inputs.ToFloats();
        _labels = labels;
    }

    internal string Name => _package.Name;

    internal string Description => _package.Description;

    internal ExactModel Exact => _registered.Model!;

    internal double CompileSeconds { get; }

    internal int TestItems => _inputs.Items;

    internal SetAccuracy Accuracy => _registered.Statement!.Fidelity.Test!.Accuracy!;

    internal static DemoModel Load(string folder, Action<string> progress, CancellationToken cancellation)
    {
        ModelPackage package = ModelPackage.Read(folder);
        long began = Stopwatch.GetTimestamp();
        RegistrationResult registered = package.Register(step => progress($"{package.Name}: {step}"), cancellation);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        NpyArray inputs = Read(Path.Combine(folder, "test_inputs.npy"));
        return new DemoModel(package, registered, seconds, inputs, Read(Path.Combine(folder, "test_labels.npy")).ToIntegers()!);
    }

    /// <summary>The model as a node serves it, with weights that may be other ones.</summary>
    internal ServedModel Serve(ExactModel run, ServedProofs? proofs = null) => ServedModels.Create(
        Exact, new ModelTerms(Name, _package.DeclaredUse, null, WeightsPublic: true), Description, _registered.StatementBytes, new ExactRunner(run), proofs);

    internal TensorValue Input(int item) => TensorValue.Create(
        Exact.Program.Inputs[0].Name, [1, .. Exact.Program.Inputs[0].Type.Shape], MemoryMarshal.AsBytes(Item(item)).ToArray());

    /// <summary>The first items, as the engine takes them.</summary>
    internal float[] Batch(int items) => _values[..(items * (_inputs.Count / _inputs.Items))];

    internal string Label(int index) => index < _package.Classes.Count ? _package.Classes[index] : $"class {index}";

    internal string Truth(int item) => Label((int)_labels[item]);

    internal IEnumerable<string> Picture(int item) => Exact.Program.Inputs[0].Type.Count == 64 ? DigitPrinter.Lines(Item(item).ToArray()) : [];

    private ReadOnlySpan<float> Item(int item)
    {
        int count = _inputs.Count / _inputs.Items;
        return _values.AsSpan(item * count, count);
    }

    private static NpyArray Read(string path) => NpyReader.TryRead(File.ReadAllBytes(path), out string? error) ?? throw new InvalidDataException($"{path}: {error}");
}
