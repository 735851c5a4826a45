using Assay.Primitives;

namespace Assay.Replayer.Commitments;

/// <summary>
/// The pledges of the last ten minutes, by receipt digest: the first one for a receipt stays. Bounded: where there are too many the
/// oldest goes, and whoever comes for it later begins again. Safe for concurrent use.
/// </summary>
internal sealed class PledgeTable(TimeProvider time, int capacity = PledgeTable.DefaultCapacity)
{
    /// <summary>Most pledges. Each has at most 4 KiB (commitment, endorsement and evidence are bounded), and mostly one.</summary>
    public const int DefaultCapacity = 32_768;

    /// <summary>How long a pledge is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest32, Pledge> _pledges = [];
    private readonly Queue<(long Made, Digest32 Receipt)> _order = [];

    /// <summary>Number of pledges, those included that have just become too old.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pledges.Count;
            }
        }
    }

    /// <summary>The pledge for a receipt; null if there is none any more.</summary>
    public Pledge? Find(in Digest32 receipt)
    {
        lock (_gate)
        {
            DropOld();
            return _pledges.GetValueOrDefault(receipt);
        }
    }

    /// <summary>Keeps a pledge, unless there is one for its receipt already; returns the one that counts.</summary>
    public Pledge Add(Pledge pledge)
    {
        lock (_gate)
        {
            DropOld();
            if (_pledges.TryGetValue(pledge.Receipt, out Pledge? first))
            {
                return first;
            }

            if (_pledges.Count == capacity)
            {
                _pledges.Remove(_order.Dequeue().Receipt);
            }

            _pledges.Add(pledge.Receipt, pledge);
            _order.Enqueue((time.GetTimestamp(), pledge.Receipt));
            return pledge;
        }
    }

    // By the monotonic clock: nobody who sets the wall clock keeps or drops a pledge.
    private void DropOld()
    {
        long now = time.GetTimestamp();
        while (_order.TryPeek(out (long Made, Digest32 Receipt) oldest) && time.GetElapsedTime(oldest.Made, now) >= Lifetime)
        {
            _order.Dequeue();
            _pledges.Remove(oldest.Receipt);
        }
    }
}
