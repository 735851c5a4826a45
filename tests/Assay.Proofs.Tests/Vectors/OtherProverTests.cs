using System.Text.Json;
using Assay.Proofs.Keys;
using Assay.Testing;

namespace Assay.Proofs.Tests.Vectors;

/// <summary>Proofs made by the prover of the JavaScript verifier's tests, which knows nothing but the specification
/// (spec/vectors/proofs/other-prover.json).</summary>
public sealed class OtherProverTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Proofs_made_from_the_specification_alone_pass()
    {
        string file = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "proofs", "other-prover.json");
        ProofVector[] vectors = JsonSerializer.Deserialize<ProofVector[]>(File.ReadAllText(file), Options)!;
        Assert.NotEmpty(vectors);
        foreach (ProofVector vector in vectors)
        {
            ProofKey key = ProofKey.Read(Convert.FromHexString(vector.Key), out ProofError? error) ?? throw new InvalidDataException(error!.Message);
            ProofVerifier verifier = ProofVerifier.Create(key, vector.Batch, out error) ?? throw new InvalidDataException(error!.Message);
            byte[]? digest = vector.Digest is null ? null : Convert.FromHexString(vector.Digest);
            ProofStatement statement = digest is null
                ? ProofStatement.One(Flat(vector.Inputs!), Flat(vector.Outputs!))
                : ProofStatement.Many(vector.Batch, digest);
            ProofVerdict verdict = verifier.Verify(statement, Convert.FromBase64String(vector.Proof));
            Assert.True(verdict.Outcome == ProofOutcome.Passed, $"{vector.Name}: {verdict.Code}");
            if (digest is null)
            {
                continue;
            }

            RunTree tree = RunTree.Of([.. vector.Runs!.Select(run => (
                new ReadOnlyMemory<byte>(Convert.FromHexString(run.Salt)), new ReadOnlyMemory<short>(Flat(run.Inputs)), new ReadOnlyMemory<short>(Flat(run.Outputs))))]);
            Assert.Equal(digest, tree.Root.ToArray());
            for (int i = 0; i < vector.Batch; i++)
            {
                RunVector run = vector.Runs![i];
                RunOpening opening = tree.Open(i, Convert.FromHexString(run.Salt));
                Assert.Equal("zk/ok", verifier.VerifyRun(digest, verdict.Runs!, opening, Flat(run.Inputs), Flat(run.Outputs)).Code);
            }
        }
    }

    private static short[] Flat(short[][] tensors) => [.. tensors.SelectMany(tensor => tensor)];

    internal sealed record ProofVector(
        string Name, string Key, int Batch, short[][]? Inputs, short[][]? Outputs, string? Digest, RunVector[]? Runs, string Proof);

    internal sealed record RunVector(string Salt, short[][] Inputs, short[][] Outputs);
}
