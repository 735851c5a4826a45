using System.Text.Json;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Tests.Vectors;

/// <summary>spec/vectors/proofs: given, so that later versions verify what earlier ones proved.</summary>
public sealed class ProofVectorTests
{
    [Fact]
    public void EveryVectorHasItsVerdict()
    {
        WriteIfAsked();
        ProofVector[] vectors = Read();
        Assert.True(vectors.Length > 60);
        List<string> wrong = [];
        foreach (ProofVector vector in vectors)
        {
            ProofKey key = ProofKey.Read(vector.KeyBytes(), out _)!;
            ProofVerifier? verifier = ProofVerifier.Create(key, vector.Batch, out ProofError? error);
            ProofVerdict verdict = verifier is null
                ? new(ProofOutcome.NotEvaluated, error!.Code, error.Message)
                : verifier.Verify(vector.Statement(), vector.ProofBytes());
            if (Outcome(verdict) != vector.Outcome || verdict.Code != vector.Code)
            {
                wrong.Add($"{vector.Name}: {verdict.Outcome} {verdict.Code}");
            }

            foreach (RunVector run in verdict.Runs is null ? [] : vector.Runs ?? [])
            {
                RunOpening opening = new(run.Index, Convert.FromHexString(run.Salt), Convert.FromHexString(run.Path));
                ProofVerdict holder = verifier!.VerifyRun(Convert.FromHexString(vector.Digest!), verdict.Runs!, opening, run.Inputs, run.Outputs);
                if (Outcome(holder) != run.Outcome || holder.Code != run.Code)
                {
                    wrong.Add($"{vector.Name}, run {run.Index}: {holder.Outcome} {holder.Code}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    internal static ProofVector[] Read()
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ProofVector.Folder, "index.json")));
        return index.RootElement.GetProperty("vectors").Deserialize<ProofVector[]>(ProofVector.Options)!;
    }

    private static string Outcome(ProofVerdict verdict) => verdict.Outcome switch
    {
        ProofOutcome.Passed => "passed",
        ProofOutcome.Failed => "failed",
        _ => "not-evaluated",
    };

    private static void WriteIfAsked()
    {
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") != "1")
        {
            return;
        }

        SortedDictionary<string, byte[]> files = new ProofVectorMaker().Make();
        Directory.CreateDirectory(ProofVector.Folder);
        foreach (string old in Directory.EnumerateFiles(ProofVector.Folder).Where(file => Path.GetExtension(file) is ".key" or ".proof"))
        {
            File.Delete(old);
        }

        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(ProofVector.Folder, name), content);
        }
    }
}
