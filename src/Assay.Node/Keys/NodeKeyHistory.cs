using Assay.Log;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>A node's key sets from its first on, read from its own log and checked.</summary>
public sealed class NodeKeyHistory
{
    private readonly KeyHistory _history = new();

    private NodeKeyHistory(List<(ulong Index, byte[] Entry)> events)
    {
        Events = events;
    }

    /// <summary>Entry 0, rotations and revocations, with their places in the log, ascending.</summary>
    public IReadOnlyList<(ulong Index, byte[] Entry)> Events { get; }

    /// <summary>The key sets, first to last.</summary>
    public IReadOnlyList<KeySet> Sets => [.. _history.Sets];

    /// <summary>The key set in force.</summary>
    public KeySet Current => _history.Tenures[^1].Set;

    /// <summary>The key set of that digest, or null.</summary>
    public KeySet? Find(Digest32 digest) => _history.Find(digest)?.Set;

    /// <summary>The revocation of a key set, or null.</summary>
    public KeyRevocation? RevocationOf(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        return _history.Find(keySet.Digest)?.Revocation;
    }

    /// <summary>Reads the history that a log holds.</summary>
    /// <param name="log">The node's log.</param>
    /// <param name="places">Where its rotations and revocations are.</param>
    /// <exception cref="InvalidDataException">The entries there don't make a history.</exception>
    public static NodeKeyHistory Load(TiledLog log, IReadOnlyList<ulong> places)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(places);
        NodeKeyHistory history = new([.. places.Prepend(0UL).Select(i => (i, log.GetEntry(i) ?? throw new InvalidDataException($"the log has no entry {i}, which is noted as one about keys")))]);
        foreach ((ulong index, byte[] bytes) in history.Events)
        {
            if ((LogEntry.TryDecode(bytes, out string? error) is { } entry ? history._history.Add(entry, index) : error) is { } problem)
            {
                throw new InvalidDataException($"log entry {index}, noted as one about keys, doesn't continue their history ({problem})");
            }
        }

        return history;
    }

    /// <summary>Holds that the keys in force may sign, and hand on to others.</summary>
    /// <exception cref="InvalidDataException">They are revoked. No rotation leaves a revoked set: what its thief makes the next one would count.</exception>
    public void RequireCurrentInForce()
    {
        if (RevocationOf(Current) is { } revocation)
        {
            throw new InvalidDataException($"the keys in force are revoked ('{revocation.Reason}'), and revoked keys can't hand on to others: start a node in a new folder, and tell its users the new 'node' and 'log' lines ('assay keyset show', 'assay trust')");
        }
    }
}
