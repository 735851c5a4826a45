using Assay.Models.Registration;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Prover.Registration;
using Assay.Testing;

namespace Assay.Prover.Tests.Registration;

/// <summary>Which of the models that come with Assay can be proved; the slower ones to compile in the long run.</summary>
public sealed class ShippedModelTests
{
    private static readonly bool Deep = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    [Theory]
    [InlineData("digits")]
    [InlineData("risk")]
    [InlineData("face")]
    [InlineData("orientation")]
    public void Compiles(string name)
    {
        if (Model(name) is not { } model)
        {
            return;
        }

        CompiledChoices? compiled = ChoiceCompiler.Compile(model, out ProofError? error);
        Assert.True(compiled is not null, error?.ToString());
        ProofKey key = ProofKey.Create(
            model.Program, model.Weights.Root(), compiled.LimbBits, compiled.Choices, compiled.TileIndexBits, compiled.TileRowBits, default);
        Assert.Equal(model.Id, key.ModelId);
        Assert.True(key.Bytes.Length - model.ProgramBytes.Length < 4096);
    }

    [Fact]
    public void Voice_has_no_proof_because_of_its_rootsum()
    {
        if (Model("voice") is { } model)
        {
            Assert.Null(ChoiceCompiler.Compile(model, out ProofError? error));
            Assert.Equal(ProofErrorCodes.Operation, error!.Code);
            Assert.Contains("rootsum", error.Message, StringComparison.Ordinal);
        }
    }

    private static ExactModel? Model(string name)
    {
        if (!Deep && name is not ("digits" or "risk"))
        {
            return null;
        }

        string folder = Path.Combine(Oracles.RepositoryRoot, "models", name);
        RegistrationRequest request = new()
        {
            Onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx")),
            Calibration = Directory.GetFiles(folder, "calibration.*npy").ToDictionary(
                file => Path.GetFileName(file)["calibration.".Length..].Replace(".npy", "", StringComparison.Ordinal),
                file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file)),
        };
        RegistrationResult result = ModelRegistration.Register(
            CompileSection.Apply(File.ReadAllBytes(Path.Combine(folder, "model.json")), request));
        Assert.True(result.Model is not null, string.Join("\n", result.Errors));
        return result.Model;
    }
}
