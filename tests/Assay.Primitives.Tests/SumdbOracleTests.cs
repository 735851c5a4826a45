using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Primitives.Tests;

/// <summary>Trees and notes against Go's golang.org/x/mod/sumdb.</summary>
public sealed class SumdbOracleTests
{
    [OracleFact(Oracle.GoSumdb)]
    public void Go_accepts_our_proofs_and_we_accept_its_own()
    {
        const int Size = 40;
        byte[][] entries = [.. Enumerable.Range(0, Size).Select(i => new byte[i])];
        Digest32[] leaves = [.. entries.Select(entry => MerkleTree.LeafHash(entry))];
        Digest32[] roots = [.. Enumerable.Range(1, Size).Select(size => MerkleTree.Root(leaves.AsSpan(0, size)))];
        List<RecordProof> records = [];
        List<TreeProof> trees = [];
        List<string> expectedRecords = [];
        List<string> expectedTrees = [];
        for (int size = 1; size <= Size; size++)
        {
            for (int index = 0; index < size; index++)
            {
                Digest32[] path = MerkleTree.InclusionProof(leaves.AsSpan(0, size), index);
                RecordProof proof = new(size, index, Hex(leaves[index]), Hex(roots[size - 1]), Hexes(path));
                records.Add(proof);
                expectedRecords.Add("pass");
                records.Add(proof with { Index = (index + 1) % size });
                expectedRecords.Add(Said(MerkleVerifier.Inclusion(
                    leaves[index], (ulong)((index + 1) % size), (ulong)size, path, roots[size - 1])));

                int oldSize = index + 1;
                path = MerkleTree.ConsistencyProof(leaves.AsSpan(0, size), oldSize);
                trees.Add(new TreeProof(oldSize, size, Hex(roots[oldSize - 1]), Hex(roots[size - 1]), Hexes(path)));
                expectedTrees.Add("pass");
            }
        }

        SumdbOutput output = Run(new { Entries = entries.Select(Convert.ToHexStringLower), Records = records, Trees = trees });
        Assert.Equal(expectedRecords, output.Records);
        Assert.Equal(expectedTrees, output.Trees);
        Assert.Equal(roots.Select(Hex), output.Roots);
        Assert.Equal(Size * (Size + 1) / 2, output.MadeRecords.Length);
        foreach (RecordProof proof in output.MadeRecords)
        {
            Assert.Equal(
                CheckResult.Pass,
                MerkleVerifier.Inclusion(
                    leaves[proof.Index], (ulong)proof.Index, (ulong)proof.Size, Digests(proof.Path), roots[proof.Size - 1]));
        }

        foreach (TreeProof proof in output.MadeTrees)
        {
            Assert.Equal(
                CheckResult.Pass,
                MerkleVerifier.Consistency(
                    (ulong)proof.OldSize, (ulong)proof.NewSize, roots[proof.OldSize - 1], roots[proof.NewSize - 1], Digests(proof.Path)));
        }
    }

    [OracleFact(Oracle.GoSumdb)]
    public void Go_and_we_say_the_same_of_notes_and_keys_also_mutated()
    {
        byte[] seed = [7, .. new byte[31]];
        using NoteSigner alice = new("alice.example/log", seed);
        using NoteSigner bob = new("bob", new byte[32]);
        using NoteSigner stranger = new("carol", [3, .. new byte[31]]);
        byte[][] seeds =
        [
            bob.AddTo(alice.Sign("alice.example/log\n12\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")).Encode(),
            alice.AddTo(stranger.Sign("é\n\n水\n")).Encode(),
            stranger.Sign("text\n").Encode(),
        ];
        Mutator mutator = new(4, seeds);
        byte[][] notes =
        [
            .. FuzzRun.Systematic(seeds).Where((_, i) => i % 3 == 0),
            .. Enumerable.Range(0, FuzzRun.IsDeep ? 100_000 : 5000).Select(_ => mutator.Next()),
        ];
        Mutator keyMutator = new(5, [.. new[] { alice, bob }.Select(signer => Encoding.UTF8.GetBytes(signer.VerifierKey.ToString()))]);
        string[] mutatedKeys = [.. Enumerable.Range(0, 2000).Select(_ => Encoding.UTF8.GetString(keyMutator.Next()))];
        string[] keys = [alice.VerifierKey.ToString(), bob.VerifierKey.ToString()];
        string[] texts = ["text\n", "a\n\nb\n", "log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"];
        byte[] privateKey = [1, .. seed];
        string signerKey = string.Create(
            CultureInfo.InvariantCulture,
            $"PRIVATE+KEY+{alice.VerifierKey.Name}+{alice.VerifierKey.KeyId:x8}+{Convert.ToBase64String(privateKey)}");

        SumdbOutput output = Run(new
        {
            Keys = keys,
            Notes = notes.Select(Convert.ToBase64String),
            Signer = signerKey,
            Texts = texts,
            Heads = new[] { new TreeProof(0, 12, "", Hex(MerkleTree.EmptyRoot), []) },
        });

        Assert.Equal(texts.Select(text => Encoding.UTF8.GetString(alice.Sign(text).Encode())), output.Signed);
        Assert.Equal(new Checkpoint("go.sum database tree", 12, MerkleTree.EmptyRoot).Format(), output.Heads[0]);
        for (int i = 0; i < notes.Length; i++)
        {
            string ours = Open(notes[i], [alice.VerifierKey, bob.VerifierKey]);

            // Go verifies line by line, so it may meet a bad signature before the line that is malformed.
            bool stricter = ours == "malformed" && (output.Loose[i] || output.Notes[i] == "bad");
            Assert.True(ours == output.Notes[i] || stricter, $"{ours}, Go {output.Notes[i]}: {Convert.ToHexStringLower(notes[i])}");
        }

        SumdbOutput keyOutput = Run(new { Keys = mutatedKeys });
        for (int i = 0; i < mutatedKeys.Length; i++)
        {
            // Go takes any 32 bytes for a key and base64 that isn't canonical; what we take, it takes.
            bool ours = NoteVerifierKey.TryParse(mutatedKeys[i], out _) is not null;
            Assert.True(!ours || keyOutput.Keys[i] == "pass", mutatedKeys[i]);
        }
    }

    private static string Open(byte[] bytes, NoteVerifierKey[] keys)
    {
        if (SignedNote.TryParse(bytes, out _) is not { } note)
        {
            return "malformed";
        }

        NoteVerification verification = note.Verify(keys);
        return verification.Error switch
        {
            null => string.Join(',', verification.VerifiedKeys.Select(key => key.Name)),
            NoteErrors.BadSignature => "bad",
            _ => "unknown",
        };
    }

    private static SumdbOutput Run(object input) =>
        JsonSerializer.Deserialize<SumdbOutput>(Oracles.RunGo("sumdb", JsonSerializer.Serialize(input)))!;

    private static string Said(CheckResult result) => result == CheckResult.Pass ? "pass" : "fail";

    private static string Hex(Digest32 digest) => digest.ToString();

    private static string[] Hexes(IEnumerable<Digest32> digests) => [.. digests.Select(Hex)];

    private static Digest32[] Digests(string[] hexes) => [.. hexes.Select(hex => Digest32.From(Convert.FromHexString(hex)))];

    private sealed record RecordProof(int Size, int Index, string Leaf, string Root, string[] Path);

    private sealed record TreeProof(int OldSize, int NewSize, string OldRoot, string NewRoot, string[] Path);

    private sealed record SumdbOutput(
        string[] Records,
        string[] Trees,
        string[] Roots,
        RecordProof[] MadeRecords,
        TreeProof[] MadeTrees,
        string[] Keys,
        string[] Notes,
        bool[] Loose,
        string[] Signed,
        string[] Heads);
}
