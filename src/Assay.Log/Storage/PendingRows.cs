using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>
/// What the journal has and the database doesn't have yet, without the records. Safe for concurrent use. A reader looks here before it looks into the database: rows
/// leave this place only when they are there.
/// </summary>
internal sealed class PendingRows
{
    private readonly Lock _gate = new();
    private readonly List<PendingRow> _rows = [];
    private readonly Dictionary<ReceiptId, PendingRow> _receipts = [];
    private readonly Dictionary<string, KeyCounter> _counters = new(StringComparer.Ordinal);

    private ReceiptId? _largestRemoved;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>Where the journal goes on behind them.</summary>
    public long JournalEnd { get; private set; }

    /// <summary>Adds rows that became durable.</summary>
    public void Add(List<PendingRow> rows, long journalEnd)
    {
        lock (_gate)
        {
            JournalEnd = journalEnd;
            _rows.AddRange(rows);
            foreach (PendingRow row in rows)
            {
                if (row.ApiKey is { } apiKey)
                {
                    _receipts[row.Id!.Value] = row;
                    _counters[apiKey] = new KeyCounter(row.Counter, row.Index);
                }
            }
        }
    }

    /// <summary>All of them, and the journal's end behind them.</summary>
    public (PendingRow[] Rows, long JournalEnd) Snapshot()
    {
        lock (_gate)
        {
            return ([.. _rows], JournalEnd);
        }
    }

    /// <summary>Removes the first ones: the database has them.</summary>
    public void Remove(PendingRow[] first)
    {
        lock (_gate)
        {
            _rows.RemoveRange(0, first.Length);
            foreach (PendingRow row in first)
            {
                if (row.ApiKey is { } apiKey)
                {
                    _receipts.Remove(row.Id!.Value);
                    NoteRemoved(row.Id.Value);
                    if (_counters[apiKey].LogIndex == row.Index)
                    {
                        _counters.Remove(apiKey);
                    }
                }
            }
        }
    }

    /// <summary>Tells it of the largest receipt id that the database has from before.</summary>
    public void NoteRemoved(ReceiptId id)
    {
        lock (_gate)
        {
            _largestRemoved = _largestRemoved is not { } largest || id.Bytes.SequenceCompareTo(largest.Bytes) > 0 ? id : largest;
        }
    }

    /// <summary>
    /// Whether a receipt id is given already; null if only the database knows. Ids grow with time, so the largest one there answers for nearly all
    /// of the new ones.
    /// </summary>
    public bool? IsGiven(ReceiptId id)
    {
        lock (_gate)
        {
            return _receipts.ContainsKey(id) ? true
                : _largestRemoved is not { } largest || id.Bytes.SequenceCompareTo(largest.Bytes) > 0 ? false
                : null;
        }
    }

    public PendingRow? Receipt(ReceiptId id)
    {
        lock (_gate)
        {
            return _receipts.GetValueOrDefault(id);
        }
    }

    public KeyCounter? Counter(string apiKey)
    {
        lock (_gate)
        {
            return _counters.TryGetValue(apiKey, out KeyCounter counter) ? counter : null;
        }
    }

    public byte[]? Entry(ulong index)
    {
        lock (_gate)
        {
            return _rows.Count > 0 && index >= _rows[0].Index && index - _rows[0].Index < (ulong)_rows.Count ? _rows[(int)(index - _rows[0].Index)].Entry : null;
        }
    }

    public List<PendingRow> Endorsements(ReceiptId about)
    {
        lock (_gate)
        {
            return _rows.FindAll(row => row.ApiKey is null && row.Id == about);
        }
    }
}
