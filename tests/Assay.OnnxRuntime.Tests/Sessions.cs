using System.Collections.Immutable;
using Assay.Testing;

namespace Assay.OnnxRuntime.Tests;

/// <summary>Models of these tests, loaded.</summary>
internal static class Sessions
{
    /// <summary>Small bounds: they count for the process.</summary>
    private static readonly Lazy<FloatRuntime> Loaded = new(static () => FloatRuntime.Load(null, new FloatRuntimeOptions
    {
        MaxTensorBytes = 64 << 20,
        RunTimeout = TimeSpan.FromSeconds(2),
        MaxOutputElements = 100_000,
    }));

    internal static FloatRuntime Runtime => Loaded.Value;

    internal static byte[] Bytes(string fixture) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", fixture + ".onnx"));

    internal static byte[] Shipped(string model, string file) => File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "models", model, file));

    internal static FloatSession Open(ReadOnlySpan<byte> onnx)
    {
        FloatSession? session = FloatSession.TryOpen(Runtime, onnx, out FloatFault? fault);
        Assert.Null(fault);
        return session!;
    }

    internal static FloatSession Open(string fixture) => Open(Bytes(fixture));

    internal static SessionTensor Floats(ImmutableArray<int> shape, params float[] values) => new SessionTensor.Floats(shape, values);

    internal static SessionTensor Integers(ImmutableArray<int> shape, params long[] values) => new SessionTensor.Integers(shape, values);
}
