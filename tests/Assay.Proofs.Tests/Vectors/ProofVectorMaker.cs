using System.Globalization;
using System.Text.Json;
using Assay.Proofs.Fields;
using Assay.Proofs.Tests.Attacks;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Vectors;

/// <summary>Makes spec/vectors/proofs from the small programs with the reference prover.</summary>
internal sealed class ProofVectorMaker
{
    private readonly List<ProofVector> _vectors = [];
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>All files.</summary>
    public SortedDictionary<string, byte[]> Make()
    {
        foreach (string name in ProofPrograms.Names)
        {
            AddHonest(name, 1);
        }

        AddHonest("dense", 3);
        AddHonest("convolution", 2);
        AddHonest("ranks", 5);
        AddRejected();
        AddForged();
        string lines = string.Join(",\n", _vectors.Select(vector => JsonSerializer.Serialize(vector, ProofVector.Options)));
        _files["index.json"] = System.Text.Encoding.UTF8.GetBytes($"{{\"profile\":\"assay/proof-vectors/v1\",\"vectors\":[\n{lines}\n]}}\n");
        return _files;
    }

    private void AddHonest(string name, int batch)
    {
        ProofCase proofCase = ProofCase.Small(name, batch);
        byte[] proof = proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns);
        string title = $"{name}-{batch}";
        _files[$"{name}.key"] = proofCase.Key;
        _files[$"{title}.proof"] = proof;
        bool isOne = batch == 1;
        string budget = proofCase.Verifier.Budget.TotalBits.ToString("F6", CultureInfo.InvariantCulture);
        _vectors.Add(new(
            title, $"{proofCase.Circuit.Program.Operations.Length} operations, {batch} runs", $"{name}.key", $"{title}.proof", batch,
            isOne ? proofCase.Inputs[0] : null, isOne ? proofCase.Outputs[0] : null,
            isOne ? null : Hex(proofCase.Statement.Digest.Span), isOne ? null : Runs(proofCase), null, null, null, "passed", "zk/ok", budget));
    }

    private static RunVector[] Runs(ProofCase proofCase)
    {
        List<RunVector> runs = [];
        for (int i = 0; i < proofCase.Inputs.Length; i++)
        {
            runs.Add(Run(proofCase, i, "passed", "zk/ok"));
        }

        RunVector first = runs[0];
        short[] other = [.. first.Outputs];
        other[0] = (short)(other[0] == 0 ? 1 : 0);
        runs.Add(first with { Index = 1, Outcome = "failed", Code = "zk/run-path" });
        runs.Add(first with { Outputs = other, Outcome = "failed", Code = "zk/run-path" });
        runs.Add(first with { Salt = Hex(new byte[16]), Outcome = "failed", Code = "zk/run-path" });
        runs.Add(first with { Path = first.Path[..^64], Outcome = "failed", Code = "zk/run-path" });
        runs.Add(first with { Inputs = first.Inputs[1..], Outcome = "failed", Code = "zk/statement" });
        return [.. runs];
    }

    private static RunVector Run(ProofCase proofCase, int index, string outcome, string code)
    {
        RunOpening opening = proofCase.Tree!.Open(index, ProofCase.Salt(index));
        return new(index, Hex(opening.Salt.Span), Hex(opening.Path.Span), proofCase.Inputs[index], proofCase.Outputs[index], outcome, code);
    }

    /// <summary>Honest proofs with a few bytes, the statement or the key changed.</summary>
    private void AddRejected()
    {
        ProofVector one = _vectors[0];
        ProofVector three = _vectors.Single(vector => vector.Name == "dense-3");
        byte[] proof = _files[one.Proof];
        short[] inputs = [.. one.Inputs!];
        inputs[3] = (short)(inputs[3] == 0 ? 1 : 0);
        short[] outputs = [.. one.Outputs!];
        outputs[0]++;
        short[] far = [.. one.Inputs!];
        far[0] = 16;
        Reject(one with { Name = "other-input", Note = "the statement has another input", Inputs = inputs }, null);
        Reject(one with { Name = "other-output", Note = "the statement has another output", Outputs = outputs }, null);
        Reject(one with { Name = "input-out-of-range", Note = "16 in a range that ends at 15", Inputs = far }, "zk/statement");
        Reject(one with { Name = "input-missing", Note = "an input less", Inputs = one.Inputs![1..] }, "zk/statement");
        Reject(one with { Name = "output-added", Note = "an output more", Outputs = [.. one.Outputs!, 0] }, "zk/statement");
        Reject(one with { Name = "other-key", Note = "the key of another program", Key = "limbs.key" }, null);
        Reject(three with { Name = "other-digest", Note = "the statement has another digest", Digest = Hex(new byte[32]), Runs = null }, null);
        Reject(three with { Name = "other-batch", Note = "three runs as if they were four", Batch = 4, Runs = null }, null);
        Reject(one with { Name = "trailing-byte", Note = "a byte more", Append = "00" }, "zk/length");
        Reject(one with { Name = "trailing-digest", Note = "a sibling more than the positions need", Append = Hex(new byte[32]) }, null);
        Reject(one with { Name = "truncated-byte", Note = "a byte less", Cut = proof.Length - 1 }, "zk/length");
        Reject(one with { Name = "truncated-digest", Note = "a sibling less", Cut = proof.Length - 32 }, null);
        Reject(one with { Name = "empty", Note = "no bytes", Cut = 0 }, "zk/length");
        Reject(one with { Name = "not-canonical", Note = "a number plus p", Edits = [NotCanonical(proof)] }, "zk/encoding");
        Reject(one with { Name = "zero-root", Note = "all fractions of the lookups' root are 0", Edits = [new(40, Hex(new byte[64]))] }, "zk/lookup-denominator");

        // A bit in each part of the proof.
        int parts = 40;
        for (int i = 0; i < parts; i++)
        {
            int at = (int)((long)proof.Length * i / parts) + (i % 3);
            Reject(one with { Name = $"bit-{i}", Note = "one bit differs", Edits = [new(at, Hex([(byte)(proof[at] ^ 1)]))] }, null);
        }
    }

    /// <summary>Whole proofs of lying provers, who make every check pass that they can.</summary>
    private void AddForged()
    {
        ProofCase proofCase = ProofCase.Small("dense", 1);
        ProofVector one = _vectors[0];
        Forge(one, proofCase, "forged-lookup", "an activation that isn't its table's, carried through every layer and the fold", new()
        {
            Columns = columns => columns[1][0]++,
            GkrRoot = Forgery.RootThatCancels,
            GkrValues = Forgery.LayerThatFits,
            WitnessFold = Forgery.FoldThatFits,
        });
        Forge(one, proofCase, "forged-weights", "a wrong inner product, the weights' value and fold made to fit", new()
        {
            ProductValues = (factors, claim, values) =>
            {
                values[0] += Ext4.One;
                Forgery.ProductThatFits(factors, claim, values, values.Length - 1);
            },
            WitnessFold = Forgery.FoldThatFits,
            WeightFold = Forgery.FoldThatFits,
        });
    }

    private void Forge(ProofVector of, ProofCase proofCase, string name, string note, ProverHooks hooks)
    {
        _files[$"{name}.proof"] = proofCase.Prover.Prove(proofCase.Statement, proofCase.Columns, hooks);
        Reject(of with { Name = name, Note = note, Proof = $"{name}.proof" }, null);
    }

    /// <summary>Adds a vector with what the verifier says of it.</summary>
    /// <param name="code">What it must say, if only that would do.</param>
    private void Reject(ProofVector vector, string? code)
    {
        byte[] proof = [.. _files[vector.Proof]];
        foreach (EditVector edit in vector.Edits ?? [])
        {
            Convert.FromHexString(edit.Hex).CopyTo(proof, edit.At);
        }

        proof = [.. proof[..(vector.Cut ?? proof.Length)], .. Convert.FromHexString(vector.Append ?? "")];
        Keys.ProofKey key = Keys.ProofKey.Read(_files[vector.Key], out _)!;
        ProofVerdict verdict = ProofVerifier.Verify(key, vector.Statement(), proof);
        Assert.Equal(ProofOutcome.Failed, verdict.Outcome);
        Assert.Equal(code ?? verdict.Code, verdict.Code);
        _vectors.Add(vector with { Outcome = "failed", Code = verdict.Code, Budget = null });
    }

    private static EditVector NotCanonical(byte[] proof)
    {
        for (int at = 40; ; at += 4)
        {
            ulong word = (ulong)BitConverter.ToUInt32(proof, at) + KoalaBear.P;
            if (word <= uint.MaxValue)
            {
                return new(at, Hex(BitConverter.GetBytes((uint)word)));
            }
        }
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
