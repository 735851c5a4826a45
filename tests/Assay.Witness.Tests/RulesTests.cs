using System.Text;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Testing;

namespace Assay.Witness.Tests;

public sealed class RulesTests : IDisposable
{
    private readonly FakeLog _log = new();
    private readonly TestWitness _witness;

    public RulesTests() => _witness = new TestWitness(_log.Key);

    public void Dispose()
    {
        _witness.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Growing_log_is_cosigned_at_every_step_and_again_at_the_same_size()
    {
        int old = 0;
        foreach (int size in new[] { 0, 1, 2, 2, 3, 4, 8, 13, 64, 64, 100 })
        {
            byte[] request = _log.Request(old, size);
            Assert.Equal((ulong)size, _witness.Cosigned(request, _witness.Service.Add(request)).Size);
            old = size;
        }
    }

    [Fact]
    public void Stale_old_size_is_told_the_size_in_the_type_of_the_protocol()
    {
        Add(0, 10);
        foreach (int old in new[] { 0, 3, 11 })
        {
            WitnessReply reply = _witness.Service.Add(_log.Request(old, 12));
            Assert.Equal((409, "text/x.tlog.size", "10\n"), (reply.Status, reply.ContentType, reply.Body));
        }
    }

    [Fact]
    public void Unknown_log_unknown_key_bad_signature_and_old_above_new_are_refused_each_in_its_way()
    {
        using FakeLog other = new("other.example/log", 9);
        using FakeLog thief = new("log.example/1", 9);
        Refused(404, WitnessErrors.UnknownLog, other.Request(0, 5));
        Refused(403, WitnessErrors.Signature, thief.Request(0, 5));
        Refused(403, WitnessErrors.Signature, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_log.Request(0, 5)).Replace("\n5\n", "\n6\n", StringComparison.Ordinal)));
        Refused(400, WitnessErrors.OldSize, _log.Request(6, 5));
        Refused(422, WitnessErrors.Proof, new AddCheckpointRequest(0, [Digest32.Sha256([])], _log.Sign(5)).Encode());
        Refused(400, NoteErrors.WitnessRequest, []);
        Refused(400, NoteErrors.WitnessRequest, "old 1\n"u8.ToArray());
        Refused(400, NoteErrors.WitnessRequest, new byte[AddCheckpointRequest.MaxSize + 1]);
    }

    [Fact]
    public void Wrong_proof_is_refused_and_changes_nothing()
    {
        Add(0, 10);
        byte[] request = new AddCheckpointRequest(10, MerkleTree.ConsistencyProof(FakeLog.Leaves(20), 9), _log.Sign(20)).Encode();
        Refused(422, WitnessErrors.Proof, request);
        Refused(422, WitnessErrors.Proof, new AddCheckpointRequest(10, [], _log.Sign(20)).Encode());
        Add(10, 20);
        Assert.Empty(_witness.Store.Forks());
    }

    [Fact]
    public void Fork_of_equal_size_is_refused_and_published_whatever_the_old_size_says()
    {
        Add(0, 10);
        foreach (int old in new[] { 10, 0, 7 })
        {
            Refused(422, WitnessErrors.Fork, _log.Request(old, 10, history: 1));
        }

        ForkProof proof = OnlyFork();
        Assert.Equal((10UL, 10UL), (proof.FirstHead!.Size, proof.SecondHead!.Size));
        Assert.NotEqual(proof.FirstHead.Root, proof.SecondHead.Root);
        Add(10, 12);
    }

    [Fact]
    public void Fork_that_has_grown_is_published_with_the_hashes_that_the_log_gave_away()
    {
        Add(0, 11);
        Refused(422, WitnessErrors.Fork, _log.Request(11, 20, history: 1, common: 5));
        ForkProof proof = OnlyFork();
        Assert.Equal((11UL, 20UL), (proof.FirstHead!.Size, proof.SecondHead!.Size));
        Assert.NotEmpty(proof.Nodes);
        Assert.Equal(CheckResult.Pass, proof.Check(out _));
    }

    [Fact]
    public void Fork_from_a_power_of_two_is_refused_although_it_proves_itself_only_later()
    {
        Add(0, 8);
        Refused(422, WitnessErrors.Proof, _log.Request(8, 20, history: 1));
        Assert.Empty(_witness.Store.Forks());
    }

    [Fact]
    public void Rolled_back_log_is_told_the_size_it_had_and_never_cosigned_below_it()
    {
        Add(0, 30);
        foreach (int size in new[] { 0, 10, 29 })
        {
            WitnessReply reply = _witness.Service.Add(_log.Request(0, size));
            Assert.Equal((409, "30\n"), (reply.Status, reply.Body));
            Refused(400, WitnessErrors.OldSize, _log.Request(30, size));
        }

        // It grows again with other entries: at the size that it had, it is a fork.
        Refused(422, WitnessErrors.Fork, _log.Request(30, 30, history: 2, common: 10));
        Assert.Equal(30UL, OnlyFork().SecondHead!.Size);
    }

    [Fact]
    public void Shrunk_log_is_refused()
    {
        Add(0, 30);
        Refused(400, WitnessErrors.OldSize, _log.Request(30, 12));
        Assert.Equal(409, _witness.Service.Add(_log.Request(12, 12)).Status);
    }

    [Fact]
    public void Two_keys_of_one_origin_share_one_history()
    {
        using FakeLog rotated = new("log.example/1", 7);
        Add(0, 10);
        Assert.True(_witness.Store.Trust(rotated.Key));
        Assert.False(_witness.Store.Trust(rotated.Key));
        byte[] request = rotated.Request(10, 12);
        _witness.Cosigned(request, _witness.Service.Add(request));
        Assert.Equal(409, _witness.Service.Add(rotated.Request(0, 5)).Status);

        // No one key signed both, so it is refused but proves nothing to others.
        Refused(422, WitnessErrors.Proof, _log.Request(12, 12, history: 1));
        Assert.Empty(_witness.Store.Forks());
    }

    [Fact]
    public void Forks_kept_are_bounded()
    {
        Add(0, 10);
        for (int history = 1; history <= WitnessStore.MaxForksPerLog + 5; history++)
        {
            Refused(422, WitnessErrors.Fork, _log.Request(10, 10, history));
        }

        Assert.Equal(WitnessStore.MaxForksPerLog, _witness.Store.Forks().Count);
    }

    [Fact]
    public void Random_histories_are_cosigned_only_along_one()
    {
        Random random = new(5);
        for (int round = 0; round < 30; round++)
        {
            using FakeLog log = new($"log.example/{round}", (byte)(round + 20));
            _witness.Store.Trust(log.Key);
            Dictionary<ulong, Digest32> roots = [];
            ulong last = 0;
            for (int step = 0; step < 40; step++)
            {
                int size = random.Next(40);
                int old = random.Next(3) == 0 ? random.Next(40) : (int)last;
                byte[] request = log.Request(old, size, history: random.Next(3), common: random.Next(2) * 40);
                WitnessReply reply = _witness.Service.Add(request);
                Assert.Contains(reply.Status, new[] { 200, 400, 409, 422 });
                if (reply.Status == 200)
                {
                    Checkpoint head = _witness.Cosigned(request, reply);
                    Assert.True(head.Size >= last);
                    Assert.True(roots.TryAdd(head.Size, head.Root) || roots[head.Size] == head.Root);
                    last = head.Size;
                }
            }
        }
    }

    [Fact]
    public void Mutated_requests_never_throw_and_never_move_the_log()
    {
        Add(0, 11);
        byte[] good = _log.Request(11, 20);
        string step = _log.Sign(20).Text;
        FuzzSummary summary = FuzzRun.Run(
            [good, _log.Request(0, 11), _log.Request(11, 11, history: 1)],
            input =>
            {
                // The one good step is left out, so that every input meets the same state.
                if (AddCheckpointRequest.TryParse(input, out string? error) is not { } request)
                {
                    return error is null ? throw new InvalidOperationException("no code") : false;
                }

                if (request.Note.Text == step && request.OldSize == 11)
                {
                    return true;
                }

                WitnessReply reply = _witness.Service.Add(input);
                return reply.Status is 200 or 400 or 403 or 404 or 409 or 422
                    ? _witness.Store.Find("log.example/1")!.Size == 11
                    : throw new InvalidOperationException(reply.Body);
            },
            new FuzzLimits(1 << 20, 64, TimeSpan.FromSeconds(1)));
        Assert.True(summary.Accepted > 100 && summary.Refused > 1000, summary.ToString());
    }

    private ForkProof OnlyFork()
    {
        (string name, string origin) = Assert.Single(_witness.Store.Forks());
        Assert.Equal("log.example/1", origin);
        ForkProof proof = ForkProof.TryDecode(_witness.Store.Fork(name), out string? error)!;
        Assert.Null(error);
        Assert.Equal(CheckResult.Pass, proof.Check(out error));
        return proof;
    }

    private void Add(int old, int size)
    {
        byte[] request = _log.Request(old, size);
        _witness.Cosigned(request, _witness.Service.Add(request));
    }

    private void Refused(int status, string code, byte[] request)
    {
        WitnessReply reply = _witness.Service.Add(request);
        Assert.Equal((status, code), (reply.Status, reply.Body.Split(':')[0]));
    }
}
