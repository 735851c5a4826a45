using Assay.Bench.OnnxRuntime;
using Assay.Models.Registration;
using Assay.Programs;

namespace Assay.Benchmarks;

/// <summary>One of the repository's models: as a file for ONNX Runtime, compiled for the engine, with its test inputs.</summary>
internal sealed class ShippedModel
{
    public static readonly string[] Names = ["digits", "risk"];

    private readonly float[] _rows;

    private ShippedModel(byte[] onnx, ExactModel exact, float[] rows)
    {
        Onnx = onnx;
        Exact = exact;
        _rows = rows;
        InputElements = exact.Program.Inputs[0].Type.Count;
        OutputElements = exact.Program.TypeOf(exact.Program.Outputs[0].Value).Count;
    }

    public byte[] Onnx { get; }

    public ExactModel Exact { get; }

    public int InputElements { get; }

    public int OutputElements { get; }

    /// <summary>Reads a model and compiles it with its calibration data.</summary>
    public static ShippedModel Load(string name)
    {
        string folder = Path.Combine(ModelsFolder(), name);
        byte[] onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        byte[] calibration = File.ReadAllBytes(Path.Combine(folder, "calibration.npy"));
        RegistrationResult result = ModelRegistration.Register(RegistrationRequest.Single(onnx, calibration));
        return result.Model is { } exact
            ? new(onnx, exact, NpyFile.ReadFloats(Path.Combine(folder, "test_inputs.npy")))
            : throw new InvalidDataException(string.Join("; ", result.Errors.Select(error => error.ToString())));
    }

    /// <summary>The test set's rows in turn.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="number">Different numbers give different rows.</param>
    public float[] Inputs(int batch, int number)
    {
        float[] inputs = new float[batch * InputElements];
        int count = _rows.Length / InputElements;
        for (int row = 0; row < batch; row++)
        {
            _rows.AsSpan(((number * batch) + row) % count * InputElements, InputElements).CopyTo(inputs.AsSpan(row * InputElements));
        }

        return inputs;
    }

    /// <summary>The repository's folder of models.</summary>
    public static string ModelsFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string models = Path.Combine(folder.FullName, "models");
            if (File.Exists(Path.Combine(models, Names[0], "model.onnx")))
            {
                return models;
            }
        }

        throw new DirectoryNotFoundException("No folder above the program has the shipped models.");
    }
}
