using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Vectors;

/// <summary>The circuits of spec/vectors/proofs/circuits.json, which the JavaScript verifier builds too, from the specification alone:
/// both must make the same ones. ASSAY_WRITE_VECTORS=1 writes digests and codes anew; ASSAY_CIRCUIT_TEXTS names a folder for the
/// texts, to compare.</summary>
public sealed class CircuitVectorTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Of the programs of spec/vectors/program; of random programs that have a proof.</summary>
    [Theory]
    [InlineData("circuits.json")]
    [InlineData("circuits-random.json")]
    public void Both_builders_make_the_same_circuits(string name)
    {
        string file = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "proofs", name);
        CircuitVector[] vectors = JsonSerializer.Deserialize<CircuitVector[]>(File.ReadAllText(file), Options)!;
        CircuitVector[] made = [.. vectors.Select(Make)];
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") == "1")
        {
            string json = $"[\n{string.Join(",\n", made.Select(vector => JsonSerializer.Serialize(vector, Options)))}\n]\n";
            File.WriteAllText(file, json, new UTF8Encoding(false));
        }

        Assert.Equal(vectors, made);
    }

    private static CircuitVector Make(CircuitVector vector)
    {
        ProofKey? key = ProofKey.Read(Convert.FromHexString(vector.Key), out ProofError? error);
        Circuit? circuit = key is null ? null : CircuitBuilder.Build(key.Program, key.Choices, key.LimbBits, vector.Batch, out error);
        if (circuit is null)
        {
            return vector with { Sha256 = null, Error = error!.Code };
        }

        string text = CircuitText.Of(circuit);
        if (Environment.GetEnvironmentVariable("ASSAY_CIRCUIT_TEXTS") is string folder)
        {
            File.WriteAllText(Path.Combine(folder, $"{vector.Name}.txt"), text);
        }

        return vector with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))), Error = null };
    }

    /// <summary>A proof key, and what its circuit for so many runs is, or why there is none.</summary>
    internal sealed record CircuitVector(string Name, string Key, int Batch, string? Sha256, string? Error);
}
