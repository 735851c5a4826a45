using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A small log whose entries a test arranges, with receipts, rotations and revocations at places of its choice.</summary>
internal sealed class KeyLog(World world, int size = 12)
{
    private readonly byte[][] _entries =
        [.. Enumerable.Range(0, size).Select(i => i == 0 ? new LogEntry.ForKeySet(world.KeySet.Bytes).Encode() : BitConverter.GetBytes(i))];

    public KeyLog Put(int index, LogEntry entry) => PutBytes(index, entry.Encode());

    public KeyLog PutBytes(int index, byte[] entry)
    {
        _entries[index] = entry;
        return this;
    }

    public KeyLog Rotate(int index, World old, World next) =>
        Put(index, new LogEntry.ForRotation(KeyRotation.Create(old.KeySet, old.Signer, next.KeySet, next.Signer)));

    public KeyLog Revoke(int index, World revoked, DateTimeOffset from, World by) =>
        Put(index, new LogEntry.ForRevocation(KeyRevocation.Create(revoked.KeySet.Digest, from, "laptop stolen", by.Signer)));

    /// <summary>A receipt of <paramref name="issuer"/> logged at <paramref name="index"/>, shown with the entries at <paramref name="events"/>.</summary>
    public BundleParts Receipt(World issuer, int index, params int[] events)
    {
        BundleParts parts = issuer.Parts();
        Bundle bundle = Bundle.TryDecode(parts.Encode(), out string? error) ?? throw new InvalidOperationException(error);
        PutBytes(index, new LogEntry.ForReceipt(bundle.Envelope.Digest, VerificationLevel.Signed, SizeBucket.For(4)).Encode());
        Digest32[] leaves = [.. _entries.Select(static e => MerkleTree.LeafHash(e))];
        Primitives.Notes.Checkpoint checkpoint = new(world.KeySet.Origin, (ulong)leaves.Length, MerkleTree.Root(leaves));
        parts.SetLogProof(LogProof.Create(_entries[index], (ulong)index, MerkleTree.InclusionProof(leaves, index), world.NoteSigner.Sign(checkpoint.Format()).Encode()));
        parts.KeyEvents = [.. events.Select(i => (_entries[i], (ulong)i, MerkleTree.InclusionProof(leaves, i).Select(static d => d.ToArray()).ToList()))];
        return parts;
    }
}
