using Assay.Primitives;

namespace Assay.Verification;

/// <summary>
/// Remembers signatures that held, for whoever verifies many receipts: all receipts of a batch share one signature, and thousands share a checkpoint.
/// Only successes are kept, by the check and the digest of key set and signed bytes together, so a cache can't change a verdict. Safe for concurrent use.
/// </summary>
public sealed class SignatureCache
{
    /// <summary>Most signatures kept; one more, and all are forgotten.</summary>
    public const int Capacity = 4096;

    private readonly HashSet<(string Check, Digest32 Signed)> _held = [];
    private readonly Lock _lock = new();

    internal static (string Check, Digest32 Signed) Key(string check, in Digest32 keySet, ReadOnlySpan<byte> signed) =>
        (check, Digest32.Sha256(keySet.Bytes, signed));

    internal bool Contains((string Check, Digest32 Signed) key)
    {
        lock (_lock)
        {
            return _held.Contains(key);
        }
    }

    internal void Add((string Check, Digest32 Signed) key)
    {
        lock (_lock)
        {
            if (_held.Count == Capacity)
            {
                _held.Clear();
            }

            _held.Add(key);
        }
    }
}
