using Assay.Log;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>A node's key sets from its first on, read from its own log and checked.</summary>
public sealed class NodeKeyHistory
{
    private readonly List<KeySet> _sets = [];
    private readonly Dictionary<Digest32, KeyRevocation> _revoked = [];

    private NodeKeyHistory(List<(ulong Index, byte[] Entry)> events)
    {
        Events = events;
    }

    /// <summary>Entry 0, rotations and revocations, with their places in the log, ascending.</summary>
    public IReadOnlyList<(ulong Index, byte[] Entry)> Events { get; }

    /// <summary>The key sets, first to last.</summary>
    public IReadOnlyList<KeySet> Sets => _sets;

    /// <summary>The key set in force.</summary>
    public KeySet Current => _sets[^1];

    /// <summary>The key set of that digest, or null.</summary>
    public KeySet? Find(Digest32 digest) => _sets.Find(set => set.Digest == digest);

    /// <summary>The revocation of a key set, or null.</summary>
    public KeyRevocation? RevocationOf(KeySet keySet)
    {
        ArgumentNullException.ThrowIfNull(keySet);
        return _revoked.GetValueOrDefault(keySet.Digest);
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
            string? problem = LogEntry.TryDecode(bytes, out string? error) switch
            {
                LogEntry.ForKeySet first when index == 0 => history.Begin(first),
                LogEntry.ForRotation rotation when index > 0 => history.Add(rotation.Rotation),
                LogEntry.ForRevocation revocation when index > 0 => history.Add(revocation.Revocation),
                _ => error ?? "it isn't about keys",
            };
            if (problem is not null)
            {
                throw new InvalidDataException($"log entry {index}, noted as one about keys: {problem}");
            }
        }

        return history;
    }

    private string? Begin(LogEntry.ForKeySet entry)
    {
        KeySet? set = KeySet.TryDecode(entry.Bytes.Span, out string? error);
        if (set is not null)
        {
            _sets.Add(set);
        }

        return error;
    }

    private string? Add(KeyRotation rotation)
    {
        string? error = _revoked.ContainsKey(Current.Digest) ? "a rotation by a revoked key set" : rotation.Verify(Current);
        _sets.Add(rotation.Next);
        return error;
    }

    private string? Add(KeyRevocation revocation)
    {
        int at = _sets.FindIndex(set => set.Digest == revocation.Revoked);
        if (at < 0 || !_sets.Skip(at).Any(set => revocation.Verify(set) is null))
        {
            return "a revocation that no key set of this node signed";
        }

        // The earliest moment counts.
        if (!_revoked.TryGetValue(revocation.Revoked, out KeyRevocation? known) || revocation.From < known.From)
        {
            _revoked[revocation.Revoked] = revocation;
        }

        return null;
    }
}
