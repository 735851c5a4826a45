using Assay.Models.Data;

namespace Assay.Models.Tests.Support;

/// <summary>A file of Fixtures (PyTorch's exports, see make.py) with inputs and what PyTorch computed.</summary>
internal sealed class Fixture
{
    public static readonly string[] Names = ["minus", "mobile", "normfirst", "residual", "signal", "tabular", "tokens"];

    private Fixture(string name)
    {
        Onnx = Read(name + ".onnx");
        InputBytes = Read(name + ".x.npy");
        Inputs = NpyReader.TryRead(InputBytes, out _)!;
        Expected = NpyReader.TryRead(Read(name + ".y.npy"), out _)!;
    }

    public byte[] Onnx { get; }

    public byte[] InputBytes { get; }

    public NpyArray Inputs { get; }

    public NpyArray Expected { get; }

    public static Fixture Load(string name) => new(name);

    public static float[] Item(NpyArray array, int index)
    {
        int count = array.Count / array.Items;
        return array.ToFloats()[(index * count)..((index + 1) * count)];
    }

    private static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", file));
}
