using System.Security.Cryptography;
using System.Text;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Prover.Registration;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Prover.Tests.Registration;

/// <summary>Keys of random programs for spec/vectors/proofs/circuits-random.json, which both verifiers make circuits of.
/// ASSAY_WRITE_VECTORS=1 writes them anew.</summary>
public sealed class CircuitVectorTests
{
    private const int LargestKey = 2500;

    [Fact]
    public void Random_programs_have_circuits_as_text()
    {
        bool write = Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") == "1";
        List<string> lines = [];
        for (int seed = 0; seed < (write ? 400 : 10); seed++)
        {
            (ExactModel model, _) = RandomPrograms.GenerateProvable(seed);
            CompiledChoices? compiled = ChoiceCompiler.Compile(model, out _);
            if (compiled is null)
            {
                continue;
            }

            ProofKey key = ProofKey.Create(model.Program, default, compiled.LimbBits, compiled.Choices, 0, 0, default);
            int batch = 1 + (seed % 3);
            Circuit circuit = CircuitBuilder.Build(key.Program, key.Choices, key.LimbBits, batch, out _)!;
            string text = CircuitText.Of(circuit);
            Assert.Equal(CircuitText.Of(CircuitBuilder.Build(key.Program, key.Choices, key.LimbBits, batch, out _)!), text);
            if (key.Bytes.Length <= LargestKey)
            {
                lines.Add($$"""{"name":"provable {{seed}}","key":"{{Convert.ToHexStringLower(key.Bytes.Span)}}","batch":{{batch}},"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))}}"}""");
            }
        }

        Assert.NotEmpty(lines);
        if (write)
        {
            string file = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "proofs", "circuits-random.json");
            File.WriteAllText(file, $"[\n{string.Join(",\n", lines)}\n]\n", new UTF8Encoding(false));
        }
    }
}
