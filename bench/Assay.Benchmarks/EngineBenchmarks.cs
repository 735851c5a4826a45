using Assay.Engine;
using BenchmarkDotNet.Attributes;

namespace Assay.Benchmarks;

/// <summary>The engine's paths on the shipped models, from binary32 to binary32, one thread.</summary>
[MemoryDiagnoser]
public class EngineBenchmarks
{
    private ExactEngine? _engine;
    private float[] _inputs = [];
    private float[] _outputs = [];

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    [Params(1, 32)]
    public int Batch { get; set; }

    [Params(SimdPath.Vector512, SimdPath.Vector256, SimdPath.Portable)]
    public SimdPath Path { get; set; }

    public static IEnumerable<string> Models => ShippedModel.Names;

    [GlobalSetup]
    public void Setup()
    {
        ShippedModel model = ShippedModel.Load(Model);
        _engine = ExactEngine.Compile(model.Exact, new() { Path = Path });
        _inputs = model.Inputs(Batch, 0);
        _outputs = new float[Batch * model.OutputElements];
    }

    [GlobalCleanup]
    public void Cleanup() => _engine?.Dispose();

    [Benchmark]
    public EngineTranscript RunBatch() => _engine!.RunBatch(_inputs, Batch, _outputs);
}
