using Assay.Models.Float;
using Assay.Node.Serving;
using Assay.OnnxRuntime;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Node.Tests.Floats;

/// <summary>Float models of these tests.</summary>
internal static class FloatFixtures
{
    internal static FloatModel Model(string fixture) =>
        FloatModel.TryCreate(File.ReadAllBytes(Path.Combine(Oracles.RepositoryRoot, "tests", "Assay.OnnxRuntime.Tests", "Fixtures", fixture + ".onnx")), out _)!;

    internal static FloatRunner Runner(string fixture)
    {
        FloatRunner? runner = FloatRunner.TryOpen(FloatRuntime.Load(), Model(fixture), out FloatFault? fault);
        Assert.Null(fault);
        return runner!;
    }

    internal static ServedModel Serve(string fixture, string? name = null, VerificationLevel? minimum = null) =>
        ServedModels.Create(Model(fixture), new ModelTerms(name ?? fixture, "decision", minimum, WeightsPublic: true), "{}"u8.ToArray(), Runner(fixture));
}
