using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Witness.Tests;

/// <summary>A log that signs whatever a test wants: honest by default, with as many other histories as asked for.</summary>
internal sealed class FakeLog : IDisposable
{
    private readonly NoteSigner _signer;

    public FakeLog(string origin = "log.example/1", byte seed = 1) => _signer = new NoteSigner(origin, [seed, .. new byte[31]]);

    public NoteVerifierKey Key => _signer.VerifierKey;

    /// <summary>The leaves of a history: the first <paramref name="common"/> are those of every history.</summary>
    public static Digest32[] Leaves(int size, int history = 0, int common = 0) =>
        [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash([(byte)(i < common ? 0 : history), (byte)i, (byte)(i >> 8)]))];

    public SignedNote Sign(int size, int history = 0, int common = 0) =>
        _signer.Sign(new Checkpoint(Key.Name, (ulong)size, MerkleTree.Root(Leaves(size, history, common))).Format());

    /// <summary>A request in which old and new tree are of one history.</summary>
    public byte[] Request(int oldSize, int size, int history = 0, int common = 0) => new AddCheckpointRequest(
        (ulong)oldSize,
        oldSize is 0 || oldSize >= size ? [] : MerkleTree.ConsistencyProof(Leaves(size, history, common), oldSize),
        Sign(size, history, common)).Encode();

    public void Dispose() => _signer.Dispose();
}
