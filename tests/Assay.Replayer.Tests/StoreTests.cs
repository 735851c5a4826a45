using Assay.Files;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Storage;

namespace Assay.Replayer.Tests;

/// <summary>A peer's folder: what is in it whole or not at all, and what it refuses to start with.</summary>
public sealed class StoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-peer-").FullName;
    private readonly TestNode _node = new();
    private readonly ExactModel _model = TestModel.Tiny();

    public void Dispose()
    {
        _node.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_peer_that_dies_at_any_step_has_what_it_answered_and_nothing_half()
    {
        Bundle receipt = Lie();
        int step = 0;
        for (bool answered = false; !answered; step++)
        {
            int left = step;
            Assert.True(step < 20);
            byte[]? item = null;
            using (TestPeer peer = new(_node.TrustText, folder: _folder, afterStep: _ => Die(ref left)))
            {
                try
                {
                    item = peer.Replay(receipt).Body.ToArray();
                    answered = true;
                }
                catch (DeathException)
                {
                    Assert.Empty(peer.Store.Refutations());
                }
            }

            using TestPeer again = new(_node.TrustText, folder: _folder);
            Assert.True(again.Store.Count == 1 || !answered);
            byte[] now = again.Replay(receipt).Body.ToArray();
            TestPeer.Check(new ReplayerReply(200, "application/vnd.assay.endorsement+cbor", now), receipt, again.Key, EndorsementFinding.Refuted);
            Assert.Equal(item ?? now, now);
            Assert.Equal(1, again.Store.Count);
            Directory.Delete(Path.Combine(_folder, "refutations"), recursive: true);
        }

        Assert.True(step > 3);
    }

    [Fact]
    public void A_disk_that_fails_delays_a_refutation_and_changes_nothing_in_it()
    {
        bool broken = true;
        using TestPeer peer = new(_node.TrustText, folder: _folder, afterStep: _ =>
        {
            if (broken)
            {
                throw new IOException("full");
            }
        });
        Bundle receipt = Lie();
        TestPeer.Refused(500, "replay/storage", peer.Replay(receipt));
        TestPeer.Refused(500, "replay/storage", peer.Service.Endorse(receipt.ForEndorsement()));
        Assert.Empty(peer.Store.Refutations());
        broken = false;
        byte[] item = peer.Service.Endorse(receipt.ForEndorsement()).Body.ToArray();
        Assert.Equal(item, peer.Service.Endorse(receipt.ForEndorsement()).Body.ToArray());
        Assert.Equal(1, peer.Store.Count);
    }

    [Fact]
    public void Refutations_of_one_node_are_bounded_and_still_answered()
    {
        Bundle[] lies = [.. Enumerable.Range(0, 3).Select(_ => Lie())];
        for (int start = 0; start < 2; start++)
        {
            using TestPeer peer = new(_node.TrustText, folder: _folder, perNode: 2);
            foreach (Bundle lie in lies)
            {
                TestPeer.Check(peer.Replay(lie), lie, peer.Key, EndorsementFinding.Refuted);
            }

            // The third is answered every time, and kept at none.
            Assert.Equal((2, 1), (peer.Store.Count, peer.Store.NotKept));
            Assert.Equal(lies[..2].Select(static lie => lie.Envelope.Digest).ToHashSet(), peer.Store.Refutations().Select(static r => r.Receipt).ToHashSet());
        }

        // Another node's are counted for themselves.
        using TestNode other = new();
        using TestPeer both = new(_node.TrustText + other.TrustText, folder: _folder, perNode: 2);
        Bundle theirs = other.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(6, -1)]);
        TestPeer.Check(both.Replay(theirs), theirs, both.Key, EndorsementFinding.Refuted);
        Assert.Equal((3, 0), (both.Store.Count, both.Store.NotKept));
    }

    [Fact]
    public void A_refutation_that_was_changed_in_the_folder_keeps_the_peer_from_starting()
    {
        string file;
        using (TestPeer peer = new(_node.TrustText, folder: _folder))
        {
            peer.Replay(Lie());
            file = Path.Combine(_folder, peer.Store.Refutations().Single().Path);
        }

        byte[] bytes = File.ReadAllBytes(file);
        foreach (byte[] wrong in new[] { bytes[..^1], [.. bytes, 0], Flip(bytes, 10), Flip(bytes, bytes.Length / 2), [] })
        {
            File.WriteAllBytes(file, wrong);
            InvalidDataException e = Assert.Throws<InvalidDataException>(() => ReplayerStore.Open(_folder, null));
            Assert.StartsWith("replayer/state", e.Message, StringComparison.Ordinal);
        }

        File.Delete(file);
        ReplayerStore.Open(_folder, null).Dispose();
    }

    [Fact]
    public void The_key_stays_is_for_its_owner_only_and_isnt_made_anew_beside_refutations()
    {
        P256PublicKey key;
        using (TestPeer peer = new(_node.TrustText, folder: _folder))
        {
            key = peer.Key;
            Assert.StartsWith("replayer/locked", Assert.Throws<InvalidDataException>(() => ReplayerStore.Open(_folder, null)).Message, StringComparison.Ordinal);
        }

        string file = Path.Combine(_folder, PeerKeyFile.Name);
        using (TestPeer peer = new(_node.TrustText, folder: _folder))
        {
            Assert.Equal(key, peer.Key);
            peer.Replay(Lie());
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Equal("nodekey/mode", Assert.Throws<KeyException>(() => ReplayerStore.Open(_folder, null)).Code);
        }

        File.Delete(file);
        Assert.Throws<InvalidDataException>(() => ReplayerStore.Open(_folder, null));
    }

    [Fact]
    public void A_key_under_a_passphrase_opens_with_it_only()
    {
        using KeyPassphrase right = KeyPassphrase.Of("correct horse");
        P256PublicKey key;
        using (ReplayerStore store = ReplayerStore.Open(_folder, right))
        {
            key = store.Key;
        }

        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(Path.Combine(_folder, PeerKeyFile.Name)), StringComparison.Ordinal);
        Assert.Equal("nodekey/passphrase-needed", Assert.Throws<KeyException>(() => ReplayerStore.Open(_folder, null)).Code);
        using ReplayerStore again = ReplayerStore.Open(_folder, right);
        Assert.Equal(key, again.Key);
    }

    private Bundle Lie() => _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(6, -1)]);

    private static byte[] Flip(byte[] bytes, int at)
    {
        byte[] flipped = [.. bytes];
        flipped[at] ^= 1;
        return flipped;
    }

    private static void Die(ref int left)
    {
        if (left-- == 0)
        {
            throw new DeathException();
        }
    }

    private sealed class DeathException : Exception;
}
