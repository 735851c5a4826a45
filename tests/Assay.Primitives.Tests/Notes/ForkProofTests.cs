using System.Text;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Primitives.Tests.Notes;

public sealed class ForkProofTests : IDisposable
{
    private readonly NoteSigner _log = new("log.example/1", new byte[32]);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Equal_sizes_with_different_roots_are_proof_in_either_order_and_one_form()
    {
        ForkProof proof = ForkProof.TryCreate(_log.VerifierKey, Sign(5, 0), Sign(5, 1), [])!;
        byte[] file = proof.Encode();
        Assert.Equal(file, ForkProof.TryCreate(_log.VerifierKey, Sign(5, 1), Sign(5, 0), [])!.Encode());
        Assert.True(ForkProof.IsOne(file));
        ForkProof read = ForkProof.TryDecode(file, out string? error)!;
        Assert.Null(error);
        Assert.Equal(CheckResult.Pass, read.Check(out error));
        Assert.Null(error);
        Assert.Equal(file, read.Encode());
    }

    [Fact]
    public void Lines_by_others_are_left_out()
    {
        using CosignatureSigner witness = new("w", new byte[32]);
        SignedNote one = Sign(5, 0);
        ForkProof proof = ForkProof.TryCreate(_log.VerifierKey, one.With(witness.Cosign(one.Text, 9)), Sign(5, 1), [])!;
        Assert.Equal(ForkProof.TryCreate(_log.VerifierKey, one, Sign(5, 1), [])!.Encode(), proof.Encode());
    }

    [Fact]
    public void Different_sizes_are_proof_with_the_hashes_of_the_larger_tree_for_all_sizes()
    {
        for (int size = 2; size <= 20; size++)
        {
            for (int old = 1; old < size; old++)
            {
                Digest32[] nodes = Nodes(Leaves(size, 1), old);
                Digest32 head = MerkleTree.Root(Leaves(size, 1));
                Assert.Equal(MerkleTree.Root(Leaves(old, 1)), MerkleVerifier.PrefixRoot((ulong)old, (ulong)size, head, nodes));
                ForkProof proof = ForkProof.TryCreate(_log.VerifierKey, Sign(size, 1), Sign(old, 0), nodes)!;
                Assert.Equal(CheckResult.Pass, ForkProof.TryDecode(proof.Encode(), out _)!.Check(out _));

                // The honest pair isn't one, whatever hashes come with it.
                Assert.Null(ForkProof.TryCreate(_log.VerifierKey, Sign(size, 1), Sign(old, 1), nodes));
                Assert.Null(ForkProof.TryCreate(_log.VerifierKey, Sign(size, 1), Sign(old, 0), []));
                nodes[^1] = Digest32.Sha256([]);
                Assert.Null(ForkProof.TryCreate(_log.VerifierKey, Sign(size, 1), Sign(old, 0), nodes));
            }
        }
    }

    [Fact]
    public void What_is_wrong_or_shows_nothing_is_told_apart()
    {
        Assert.Equal((CheckResult.NotEvaluated, ForkErrors.NoContradiction), Check(Sign(3, 0), Sign(5, 1)));
        Assert.Equal((CheckResult.NotEvaluated, ForkErrors.NoContradiction), Check(Sign(5, 0), Sign(5, 0)));
        using NoteSigner thief = new("log.example/1", [9, .. new byte[31]]);
        SignedNote stolen = thief.Sign(Sign(5, 1).Text);
        Assert.Equal((CheckResult.Fail, ForkErrors.Signature), Check(Sign(5, 0), stolen));
        Assert.Equal((CheckResult.Fail, ForkErrors.Checkpoint), Check(Sign(5, 0), _log.Sign("no checkpoint\n")));
        Assert.Equal((CheckResult.Fail, ForkErrors.Checkpoint), Check(Sign(5, 0), _log.Sign(new Checkpoint("other", 5, MerkleTree.EmptyRoot).Format())));
        Assert.Equal((CheckResult.Fail, ForkErrors.Format), Check(Sign(6, 0), Sign(5, 1)));
        Assert.Equal((CheckResult.Fail, ForkErrors.Path), Check(Sign(3, 0), Sign(5, 1), Digest32.Sha256([])));
    }

    [Fact]
    public void Mutated_files_never_become_another_proof()
    {
        byte[] equal = ForkProof.TryCreate(_log.VerifierKey, Sign(5, 0), Sign(5, 1), [])!.Encode();
        byte[] grown = ForkProof.TryCreate(_log.VerifierKey, Sign(3, 0), Sign(7, 1), Nodes(Leaves(7, 1), 3))!.Encode();
        FuzzSummary summary = FuzzRun.Run(
            [equal, grown],
            input =>
            {
                ForkProof? proof = ForkProof.TryDecode(input, out string? error);
                if ((proof is null) != (error is not null) || (proof is not null && !proof.Encode().AsSpan().SequenceEqual(input)))
                {
                    throw new InvalidOperationException("Not the one form of what was read.");
                }

                return proof?.Check(out _) != CheckResult.Pass || input.AsSpan().SequenceEqual(equal) || input.AsSpan().SequenceEqual(grown)
                    ? proof is not null
                    : throw new InvalidOperationException("A fork that never was.");
            },
            new FuzzLimits(256 * 1024, 64, TimeSpan.FromMilliseconds(200)), oneOf: 4);
        Assert.True(summary.Accepted > 10 && summary.Refused > 2_500, summary.ToString());
    }

    [Fact]
    public void Files_are_bounded()
    {
        Assert.Null(ForkProof.TryDecode(new byte[ForkProof.MaxSize + 1], out string? error));
        Assert.Equal(ForkErrors.Size, error);
        Assert.Null(ForkProof.TryDecode([], out error));
        Assert.Equal(ForkErrors.Format, error);
        Assert.Null(ForkProof.TryDecode("assay/fork-proof/v1\nlog x\n"u8, out error));
        Assert.Equal(ForkErrors.Key, error);
    }

    [Fact]
    public void Requests_to_witnesses_are_read_in_their_one_form()
    {
        byte[][] seeds =
        [
            new AddCheckpointRequest(0, [], Sign(5, 0)).Encode(),
            new AddCheckpointRequest(3, MerkleTree.ConsistencyProof(Leaves(7, 0), 3), Sign(7, 0)).Encode(),
        ];
        FuzzSummary summary = FuzzRun.Run(
            seeds,
            input =>
            {
                AddCheckpointRequest? request = AddCheckpointRequest.TryParse(input, out string? error);
                return (request is null) != (error is not null) || (request is not null && !request.Encode().AsSpan().SequenceEqual(input))
                    ? throw new InvalidOperationException("Not the one form of what was read.")
                    : request is not null;
            });
        Assert.True(summary.Accepted > 100 && summary.Refused > 10_000, summary.ToString());
    }

    private static Digest32[] Leaves(int size, int history) =>
        [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash([(byte)history, (byte)i]))];

    /// <summary>RFC 9162 leaves out the old tree's head where it is a whole subtree; a fork proof has it always.</summary>
    private static Digest32[] Nodes(Digest32[] leaves, int old) => int.IsPow2(old)
        ? [MerkleTree.Root(leaves.AsSpan(0, old)), .. MerkleTree.ConsistencyProof(leaves, old)]
        : MerkleTree.ConsistencyProof(leaves, old);

    private SignedNote Sign(int size, int history) =>
        _log.Sign(new Checkpoint("log.example/1", (ulong)size, MerkleTree.Root(Leaves(size, history))).Format());

    private (CheckResult Result, string? Code) Check(SignedNote first, SignedNote second, params Digest32[] nodes)
    {
        StringBuilder file = new($"assay/fork-proof/v1\nlog {_log.VerifierKey}\n");
        foreach (SignedNote note in new[] { first, second })
        {
            file.Append($"checkpoint {note.Encode().Length}\n").Append(Encoding.UTF8.GetString(note.Encode()));
        }

        file.Append(nodes.Length == 0 ? "" : $"nodes {nodes.Length}\n{string.Concat(nodes.Select(node => Convert.ToBase64String(node.Bytes) + "\n"))}");
        ForkProof proof = ForkProof.TryDecode(Encoding.UTF8.GetBytes(file.ToString()), out string? error)!;
        Assert.Null(error);
        return (proof.Check(out error), error);
    }
}
