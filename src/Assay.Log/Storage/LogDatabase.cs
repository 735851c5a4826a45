using Assay.Files;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>
/// The durable truth of a log: entries, receipts, counters, and the last signed checkpoint as the row that is
/// compared and swapped. What is committed is durable in the <see cref="Journal"/>; the database takes it over later, many rows at a time, and what
/// a crash kept it from taking over when it is opened again. Safe for concurrent use.
/// </summary>
/// <remarks>
/// One connection does all writing and all moving of the write-ahead log into the database, under one lock: SQLite
/// before 3.51.3 can lose data if two connections do that at the same instant. The other connection only reads.
/// </remarks>
internal sealed class LogDatabase : IDisposable
{
    /// <summary>Its file in the log's folder.</summary>
    public const string FileName = "log.db";

    private const string NewFileName = FileName + ".new";

    // Rows wait in memory for the database at most until there are so many.
    private const int MaxPendingRows = 8192;

    private const int BytesOfARow = 200;

    private readonly PendingRows _pending = new();
    private readonly Lock _writeGate = new();
    private readonly Lock _readGate = new();
    private readonly SqliteConnection? _writer;
    private readonly SqliteConnection _reader;
    private readonly WriteCommands? _writes;
    private readonly WriteAheadLog? _writeAheadLog;
    private readonly ReadCommands _reads;
    private Journal? _journal;

    private LogDatabase(SqliteConnection? writer, SqliteConnection reader)
    {
        _writer = writer;
        _reader = reader;
        _writes = writer is null ? null : new WriteCommands(writer);
        _writeAheadLog = writer is null ? null : new WriteAheadLog(writer);
        _reads = new ReadCommands(reader, (position, length) => _journal?.TryRead(position, length));
    }

    /// <summary>
    /// Whether there is a journal, or a database or a part of one, that would be taken for a new one's: an old journal or write-ahead log would
    /// be played into it. A journal without frames is what a crash in <see cref="Create"/> leaves.
    /// </summary>
    public static bool IsAnythingLeft(string folder) =>
        Journal.HasFrames(folder)
        || Directory.EnumerateFiles(folder, FileName + "*").Any(file => !Path.GetFileName(file).StartsWith(NewFileName, StringComparison.Ordinal));

    /// <summary>Makes a database with its first entry, whole or not at all, and before it the journal.</summary>
    public static void Create(string folder, LogState state, byte[] firstEntry, DateTimeOffset now)
    {
        string path = Path.Combine(folder, FileName);
        string temp = Path.Combine(folder, NewFileName);

        // A crash in an earlier attempt may have left these; a journal must not be played into a new database.
        File.Delete(temp);
        File.Delete(temp + "-journal");
        Journal.Create(folder);
        using (SqliteConnection connection = LogSchema.Connect(temp, SqliteOpenMode.ReadWriteCreate))
        {
            LogSchema.Create(connection, state);
            WriteCommands writes = new(connection);
            writes.Insert([new PendingRow { Index = 0, CreatedMs = now.ToUnixTimeMilliseconds(), Entry = firstEntry }], journalEnd: Journal.HeaderSize);
            writes.Dispose();
        }

        File.Move(temp, path);
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Opens the database for writing.</summary>
    /// <param name="folder">The log's folder.</param>
    /// <param name="afterStep">Called while what a crash left is made durable, for tests.</param>
    /// <exception cref="LogException">It isn't there, isn't ours, or can't be durable.</exception>
    public static LogDatabase Open(string folder, Action<string>? afterStep) => Open(folder, isWritable: true, afterStep);

    /// <summary>Opens the database for reading only, also while another process writes to it.</summary>
    /// <exception cref="LogException">It isn't there or isn't ours.</exception>
    public static LogDatabase OpenReadOnly(string folder) => Open(folder, isWritable: false, afterStep: null);

    /// <summary>Commits rows with consecutive numbers from <paramref name="firstIndex"/> on; durable when it returns. For one thread at a time.</summary>
    /// <param name="afterStep">Called before the rows are durable and after, for tests.</param>
    public void Commit(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs, Action<string>? afterStep)
    {
        CheckIds(rows);
        List<PendingRow> durable = _journal!.Append(firstIndex, rows, createdMs, afterStep);
        _pending.Add(durable, _journal.End);
    }

    /// <summary>Tidies up between commits, when nobody waits for what was committed.</summary>
    public void Maintain()
    {
        if (_pending.Count >= MaxPendingRows)
        {
            TakeOver();
        }
    }

    /// <summary>Replaces the checkpoint if it is still the given one; durable when it returns.</summary>
    /// <returns>False, and nothing done, if it is another.</returns>
    public bool TryReplaceCheckpoint(byte[] current, ulong newSize, byte[] newCheckpoint)
    {
        lock (_writeGate)
        {
            _writeAheadLog!.Grew(newCheckpoint.Length);
            return _writes!.ReplaceCheckpoint(current, newSize, newCheckpoint);
        }
    }

    /// <summary>Whose log it is, and its checkpoint.</summary>
    public LogState ReadState() => Read(reads => reads.State());

    /// <summary>One more than the highest entry number.</summary>
    public ulong ReadSize() => Read(reads => reads.Size());

    /// <summary>Entries from <paramref name="from"/> up to <paramref name="to"/> - 1.</summary>
    /// <exception cref="LogException">One is missing.</exception>
    public List<byte[]> ReadEntries(ulong from, ulong to)
    {
        TakeOver();
        return Read(reads => reads.Entries(from, to));
    }

    /// <summary>The entry of that number, or null.</summary>
    public byte[]? ReadEntry(ulong index) => _pending.Entry(index) ?? Read(reads => reads.Entry(index));

    /// <summary>Whether there is a receipt of that id.</summary>
    public bool HasReceipt(ReceiptId id) => _pending.IsGiven(id) ?? Read(reads => reads.HasReceipt(id));

    /// <summary>The receipt of that id, or null.</summary>
    public StoredReceipt? ReadReceipt(ReceiptId id) => _pending.Receipt(id) is { } row
        ? new StoredReceipt(id, row.Index, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs), row.ApiKey!, row.Counter, ReadRecord(row))
        : Read(reads => reads.Receipt(id));

    /// <summary>Receipts in the order of their entries.</summary>
    /// <exception cref="LogException">One can't be read.</exception>
    public List<StoredReceipt> ReadReceipts(ulong from, int count)
    {
        TakeOver();
        return Read(reads => reads.Receipts(from, count));
    }

    /// <summary>The endorsements of a receipt in the order of their entries.</summary>
    public List<StoredEndorsement> ReadEndorsements(ReceiptId about)
    {
        List<PendingRow> pending = _pending.Endorsements(about);
        List<StoredEndorsement> endorsements = Read(reads => reads.Endorsements(about));

        // The database may have taken some of them over meanwhile.
        ulong next = endorsements.Count == 0 ? 0 : endorsements[^1].LogIndex + 1;
        endorsements.AddRange(pending.Where(row => row.Index >= next).Select(row => new StoredEndorsement(row.Index, ReadRecord(row))));
        return endorsements;
    }

    /// <summary>The last counter given under an API key; null if none.</summary>
    public KeyCounter? ReadCounter(string apiKey) => _pending.Counter(apiKey) ?? Read(reads => reads.Counter(apiKey));

    /// <summary>From now on all reading sees the database as it is at the next read (checks).</summary>
    public void BeginSnapshot() => Read(reads =>
    {
        reads.BeginSnapshot();
        return true;
    });

    /// <summary>The journal; null if there is none (checks).</summary>
    public Journal? Journal => _journal;

    /// <summary>What SQLite's own check finds (checks).</summary>
    public List<string> ReadIntegrityProblems() => Read(reads => reads.IntegrityProblems());

    /// <summary>The entries from <paramref name="from"/> up to <paramref name="to"/> - 1 that are there (checks).</summary>
    public Dictionary<ulong, byte[]> ReadEntriesFound(ulong from, ulong to) => Read(reads => reads.EntriesFound(from, to));

    /// <summary>Receipts in the order of their entries, each with its entry if that is there (checks).</summary>
    public List<(StoredReceipt Receipt, byte[]? Entry)> ReadReceiptsFrom(ulong from, int count) =>
        Read(reads => reads.ReceiptsFrom(from, count));

    /// <summary>Endorsements in the order of their entries, each with its entry and whether its receipt is there (checks).</summary>
    public List<(ReceiptId About, StoredEndorsement Endorsement, byte[]? Entry, bool HasReceipt)> ReadEndorsementsFrom(ulong from, int count) =>
        Read(reads => reads.EndorsementsFrom(from, count));

    /// <summary>The last counter of every API key (checks).</summary>
    public Dictionary<string, KeyCounter> ReadCounters() => Read(reads => reads.Counters());

    /// <inheritdoc/>
    public void Dispose()
    {
        _reads.Dispose();
        _reader.Dispose();
        _writes?.Dispose();
        _writer?.Dispose();
        _journal?.Dispose();
    }

    private static LogDatabase Open(string folder, bool isWritable, Action<string>? afterStep)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new LogException(LogErrors.Missing, FileName, "there is no log in this folder");
        }

        SqliteConnection? writer = null;
        SqliteConnection? reader = null;
        LogDatabase? database = null;
        try
        {
            writer = isWritable ? LogSchema.Connect(path, SqliteOpenMode.ReadWrite) : null;
            if (writer is not null)
            {
                LogSchema.CheckVersion(writer, mayUpgrade: true);
                LogSchema.MakeDurable(writer);
                LogSchema.Upgrade(writer, folder);
            }

            reader = LogSchema.Connect(path, SqliteOpenMode.ReadOnly);
            LogSchema.CheckVersion(reader, mayUpgrade: false);
            database = new LogDatabase(writer, reader);
            database.OpenJournal(folder, afterStep);
            return database;
        }
        catch (Exception e)
        {
            database?._journal?.Dispose();
            reader?.Dispose();
            writer?.Dispose();
            throw e is SqliteException ? new LogException(LogErrors.Database, FileName, e.Message, e) : e;
        }
    }

    /// <summary>Opens the journal, and takes over what a crash kept the database from having.</summary>
    private void OpenJournal(string folder, Action<string>? afterStep)
    {
        if (_writer is null)
        {
            _journal = Journal.Open(folder, isWritable: false);
            return;
        }

        // A process that died while it made the log or upgraded it may not have come to this.
        DurableFile.SyncFolder(folder);
        afterStep?.Invoke("folder synced");
        long end = ReadState().JournalEnd;
        _journal = Journal.Open(folder, isWritable: true)
            ?? throw new LogException(LogErrors.Journal, Journal.FileName, "the file isn't there");
        if (!_journal.HasHeader)
        {
            throw Journal.Damaged(0, Journal.NoHeader);
        }

        if (end < Journal.HeaderSize)
        {
            throw Journal.Damaged(end, "the database says that frames begin here, and that is before the first");
        }

        if (_journal.Length < end)
        {
            throw Journal.Damaged(end, "the file ends before what the database has of it: an old copy was put back");
        }

        // First look, then change: what is refused stays as it is.
        ulong size = ReadSize();
        foreach (List<PendingRow> rows in _journal.ReadFrames(end))
        {
            if (rows.Count > 0 && rows[0].Index != size)
            {
                throw Journal.Damaged(_journal.End, $"the frame before this place begins with entry {rows[0].Index}, and {size} is the next");
            }

            size += (ulong)rows.Count;
        }

        _journal.CutTornEnd(size);
        _journal.MakeDurable(end, afterStep);

        if (Read(reads => reads.LargestReceiptId()) is { } largest)
        {
            _pending.NoteRemoved(largest);
        }

        long durable = _journal.End;
        foreach (List<PendingRow> rows in _journal.ReadFrames(end))
        {
            _pending.Add(rows, _journal.End);
            if (_pending.Count >= MaxPendingRows)
            {
                TakeOver();
            }
        }

        if (_journal.End != durable)
        {
            throw Journal.Damaged(_journal.End, "this frame could be read a moment ago, and can't be now");
        }

        TakeOver();
    }

    /// <summary>Moves pending rows into the database.</summary>
    private void TakeOver()
    {
        lock (_writeGate)
        {
            (PendingRow[] rows, long journalEnd) = _pending.Snapshot();
            if (rows.Length > 0)
            {
                _writes!.Insert(rows, journalEnd);
                _pending.Remove(rows);
                _writeAheadLog!.Grew((long)rows.Length * BytesOfARow);
                _writeAheadLog.MoveIfDue();
            }
        }
    }

    /// <summary>Receipt ids are unique: the database would refuse a second one, but only when it is too late.</summary>
    private void CheckIds(IReadOnlyList<LogRow> rows)
    {
        HashSet<ReceiptId> own = new(rows.Count);
        foreach (LogRow row in rows)
        {
            if (row.Receipt is { } receipt && (!own.Add(receipt.Id) || HasReceipt(receipt.Id)))
            {
                throw new InvalidOperationException($"the receipt id {receipt.Id} was given before");
            }
        }
    }

    private byte[] ReadRecord(PendingRow row) =>
        _journal!.TryRead(row.RecordAt, row.RecordLength) ?? throw Journal.Damaged(row.RecordAt, "the file ends before this record");

    private T Read<T>(Func<ReadCommands, T> read)
    {
        lock (_readGate)
        {
            try
            {
                return read(_reads);
            }
            catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException or ArgumentException or OverflowException)
            {
                // A damaged database shows as SQLite's errors or as columns of another type than ours.
                throw new LogException(LogErrors.Database, FileName, e.Message, e);
            }
        }
    }
}
