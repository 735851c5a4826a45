using Assay.Engine;
using Assay.Models.Benchmarks;
using Assay.Models.Registration;
using Assay.Programs;
using Assay.Proofs;
using Assay.Testing;

namespace Assay.Prover.Tests.Proving;

/// <summary>Models of real size, from import to a proof that passes: small ones always, the others in the long run.</summary>
public sealed class WholeModelTests
{
    private static readonly bool Deep = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1";

    public static TheoryData<string> Benchmarks => new(BenchmarkModels.Names);

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void BenchmarkModelsHaveProofs(string name)
    {
        if (Deep || name is "mlp" or "lenet5")
        {
            ProveAndVerify(BenchmarkModels.Compile(name), 1);
        }
    }

    [Theory]
    [InlineData("digits", 1)]
    [InlineData("risk", 5)]
    [InlineData("face", 1)]
    [InlineData("orientation", 1)]
    public void ShippedModelsHaveProofs(string name, int batch)
    {
        if (Deep || name is "digits" or "risk")
        {
            ProveAndVerify(Shipped(name), batch);
        }
    }

    private static void ProveAndVerify(ExactModel model, int batch)
    {
        using ProvingKey? key = ProvingKey.Create(model, 2, out ProofError? error);
        Assert.True(key is not null, error?.ToString());
        Random random = new(3);
        short[] inputs = [.. model.Program.Inputs.SelectMany(input => Enumerable.Range(0, batch * input.Type.Count).Select(_ => (short)random.Next(input.Type.Lo, input.Type.Hi + 1)))];
        using ModelProver prover = new(key);
        Proof proof = prover.Prove(inputs, batch, new byte[batch * RunTree.SaltBytes]);

        using ExactEngine engine = ExactEngine.Compile(model);
        short[] outputs = new short[engine.OutputCount * batch];
        engine.Run(inputs, batch, outputs);
        Assert.True(outputs.AsSpan().SequenceEqual(proof.Outputs.Span));
        ProofVerdict verdict = ProofVerifier.Verify(key.Key, proof.Statement, proof.Bytes);
        Assert.True(verdict.Outcome == ProofOutcome.Passed, verdict.ToString());
        Assert.True(verdict.SecurityBits >= 100);
    }

    private static ExactModel Shipped(string name)
    {
        string folder = Path.Combine(Oracles.RepositoryRoot, "models", name);
        RegistrationRequest request = new()
        {
            Onnx = File.ReadAllBytes(Path.Combine(folder, "model.onnx")),
            Calibration = Directory.GetFiles(folder, "calibration.*npy").ToDictionary(
                static file => Path.GetFileName(file)["calibration.".Length..].Replace(".npy", "", StringComparison.Ordinal),
                static file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file)),
        };
        RegistrationResult result = ModelRegistration.Register(CompileSection.Apply(File.ReadAllBytes(Path.Combine(folder, "model.json")), request));
        return result.Model ?? throw new InvalidOperationException(result.Errors[0].Message);
    }
}
