using Assay.Log.Storage;
using Assay.Primitives;

namespace Assay.Log;

/// <summary>
/// Entries that are committed together. While it lives, its numbers and counters are nobody else's, so that receipts
/// can be made and signed over them; if it is disposed of without a commit, they were never given.
/// Not safe for concurrent use. A log has one batch at a time.
/// </summary>
public sealed class LogBatch : IDisposable
{
    private readonly TiledLog _log;
    private readonly List<LogRow?> _rows = [];
    private readonly List<(string ApiKey, ulong Counter)> _reserved = [];
    private readonly Dictionary<string, ulong> _counters = new(StringComparer.Ordinal);
    private readonly ulong _firstIndex;
    private bool _isOver;
    private bool _isDisposed;

    internal LogBatch(TiledLog log, ulong firstIndex)
    {
        _log = log;
        _firstIndex = firstIndex;
    }

    /// <summary>How many places it has.</summary>
    public int Count => _rows.Count;

    internal ulong FirstIndex => _firstIndex;

    internal IReadOnlyDictionary<string, ulong> Counters => _counters;

    /// <summary>Adds an entry without a receipt.</summary>
    /// <returns>The entry's number once it is committed.</returns>
    /// <exception cref="LogException">It is longer than <see cref="TiledLog.MaxEntryBytes"/>.</exception>
    public ulong Append(byte[] entry)
    {
        CheckEntry(entry);
        return Append(new LogRow { Entry = entry });
    }

    /// <summary>Adds an entry about a receipt, with a record that becomes durable with it.</summary>
    /// <param name="entry">The log entry.</param>
    /// <param name="about">The id of a receipt that is in the log, or filled in earlier in this batch.</param>
    /// <param name="record">What <see cref="TiledLog.GetEndorsements"/> gives back; stored as it is.</param>
    /// <returns>The entry's number once it is committed.</returns>
    /// <exception cref="LogException">The entry is longer than <see cref="TiledLog.MaxEntryBytes"/>.</exception>
    /// <exception cref="ArgumentException">There is no such receipt.</exception>
    public ulong Append(byte[] entry, ReceiptId about, byte[] record)
    {
        CheckEntry(entry);
        ArgumentNullException.ThrowIfNull(record);
        if (!_rows.Exists(row => row?.Receipt?.Id == about) && !_log.HasReceipt(about))
        {
            throw new ArgumentException($"The log has no receipt {about}.", nameof(about));
        }

        return Append(new LogRow { Entry = entry, Endorsement = new LogRowEndorsement(about, record) });
    }

    /// <summary>Takes a place for a receipt: the next number of the log and the next one under its API key.</summary>
    /// <param name="apiKey">The key's name.</param>
    /// <remarks>Every place taken must be filled before <see cref="Commit"/>.</remarks>
    public LogSlot Reserve(string apiKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        ObjectDisposedException.ThrowIf(_isOver, this);
        ulong counter = (_counters.TryGetValue(apiKey, out ulong last) ? last : _log.LastCounter(apiKey)) + 1;
        _counters[apiKey] = counter;
        _rows.Add(null);
        _reserved.Add((apiKey, counter));
        return new LogSlot(_rows.Count - 1, _firstIndex + (ulong)_rows.Count - 1, counter);
    }

    /// <summary>Fills a place.</summary>
    /// <param name="slot">From <see cref="Reserve"/> of this batch.</param>
    /// <param name="id">The receipt's id, unique in the log.</param>
    /// <param name="entry">The log entry.</param>
    /// <param name="record">Whatever else must be durable with it; stored as it is.</param>
    /// <param name="rest">What follows <paramref name="record"/> in the stored record; not changed until the batch is over.</param>
    /// <exception cref="LogException">The entry is longer than <see cref="TiledLog.MaxEntryBytes"/>.</exception>
    public void Fill(LogSlot slot, ReceiptId id, byte[] entry, byte[] record, ReadOnlyMemory<byte> rest = default)
    {
        CheckEntry(entry);
        ArgumentNullException.ThrowIfNull(record);
        (string? apiKey, ulong counter) = _reserved[slot.Position];
        if (apiKey is null || counter != slot.Counter || _rows[slot.Position] is not null)
        {
            throw new ArgumentException("The place isn't one of this batch, or is filled.", nameof(slot));
        }

        _rows[slot.Position] = new LogRow
        {
            Entry = entry,
            Receipt = new LogRowReceipt(id, apiKey, counter, record, rest),
        };
    }

    /// <summary>
    /// Commits; when it returns, everything is durable. Blocks for one disk sync: call it from a
    /// <see cref="Committing.GroupCommitter{TRequest,TResult}"/>.
    /// </summary>
    /// <exception cref="LogException">
    /// It failed (<see cref="LogErrors.Faulted"/>): whether the entries are durable is unknown, nothing may be
    /// acknowledged, and the log accepts nothing more until it is opened again.
    /// </exception>
    /// <exception cref="InvalidOperationException">A place isn't filled.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        List<LogRow> rows = new(_rows.Count);
        foreach (LogRow? row in _rows)
        {
            rows.Add(row ?? throw new InvalidOperationException("A place of the batch was taken but not filled."));
        }

        _isOver = true;
        _log.Commit(this, rows);
    }

    /// <summary>Gives the numbers back if they weren't committed, and lets the next batch begin.</summary>
    public void Dispose()
    {
        _isOver = true;
        if (!_isDisposed)
        {
            _isDisposed = true;
            _log.EndBatch();
        }
    }

    private ulong Append(LogRow row)
    {
        _rows.Add(row);
        _reserved.Add(default);
        return _firstIndex + (ulong)_rows.Count - 1;
    }

    private void CheckEntry(byte[] entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ObjectDisposedException.ThrowIf(_isOver, this);
        if (entry.Length > TiledLog.MaxEntryBytes)
        {
            throw new LogException(
                LogErrors.EntrySize, "entry", $"it has {entry.Length} bytes; at most {TiledLog.MaxEntryBytes} are possible");
        }
    }
}
