using Assay.Models.Registration;

namespace Assay.Models.Tests.Support;

/// <summary>The models that come with Assay, as requests.</summary>
internal static class ShippedPackage
{
    /// <summary>Everything that registration reads in a folder.</summary>
    public static RegistrationRequest Read(string folder)
    {
        string labels = Path.Combine(folder, "test_labels.npy");
        RegistrationRequest request = new()
        {
            Onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx")),
            Calibration = Data(folder, "calibration"),
            Test = Data(folder, "test_inputs"),
            Labels = File.Exists(labels) ? File.ReadAllBytes(labels) : (ReadOnlyMemory<byte>?)null,
        };
        return CompileSection.Apply(File.ReadAllBytes(Path.Combine(folder, "model.json")), request);
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Data(string folder, string kind) =>
        Directory.GetFiles(folder, kind + ".*npy").ToDictionary(
            file => Path.GetFileName(file)[(kind.Length + 1)..].Replace(".npy", "", StringComparison.Ordinal), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));
}
