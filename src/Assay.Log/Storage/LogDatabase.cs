using Assay.Files;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>
/// The durable truth of a log: entries, receipts, counters, and the last signed checkpoint as the row that is
/// compared and swapped. Safe for concurrent use.
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

    private readonly Lock _writeGate = new();
    private readonly Lock _readGate = new();
    private readonly SqliteConnection? _writer;
    private readonly SqliteConnection _reader;
    private readonly WriteCommands? _writes;
    private readonly WriteAheadLog? _writeAheadLog;
    private readonly ReadCommands _reads;

    private LogDatabase(SqliteConnection? writer, SqliteConnection reader)
    {
        _writer = writer;
        _reader = reader;
        _writes = writer is null ? null : new WriteCommands(writer);
        _writeAheadLog = writer is null ? null : new WriteAheadLog(writer);
        _reads = new ReadCommands(reader);
    }

    /// <summary>
    /// Whether there is a database or a part of one that SQLite would take for a new one's: an old write-ahead log would
    /// be played into it.
    /// </summary>
    public static bool IsAnythingLeft(string folder) =>
        Directory.EnumerateFiles(folder, FileName + "*").Any(file => !Path.GetFileName(file).StartsWith(NewFileName, StringComparison.Ordinal));

    /// <summary>Makes a database with its first entry, whole or not at all.</summary>
    public static void Create(string folder, LogState state, byte[] firstEntry, DateTimeOffset now)
    {
        string path = Path.Combine(folder, FileName);
        string temp = Path.Combine(folder, NewFileName);

        // A crash in an earlier attempt may have left these; a journal must not be played into a new database.
        File.Delete(temp);
        File.Delete(temp + "-journal");
        using (SqliteConnection connection = LogSchema.Connect(temp, SqliteOpenMode.ReadWriteCreate))
        {
            LogSchema.Create(connection, state);
            WriteCommands writes = new(connection);
            writes.Insert(0, [new LogRow { Entry = firstEntry }], now.ToUnixTimeMilliseconds(), null);
            writes.Dispose();
        }

        File.Move(temp, path);
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Opens the database for writing.</summary>
    /// <exception cref="LogException">It isn't there, isn't ours, or can't be durable.</exception>
    public static LogDatabase Open(string folder) => Open(folder, isWritable: true);

    /// <summary>Opens the database for reading only, also while another process writes to it.</summary>
    /// <exception cref="LogException">It isn't there or isn't ours.</exception>
    public static LogDatabase OpenReadOnly(string folder) => Open(folder, isWritable: false);

    /// <summary>Commits rows with consecutive numbers from <paramref name="firstIndex"/> on; durable when it returns.</summary>
    /// <param name="afterStep">Called before the transaction ends, for tests.</param>
    public void Commit(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs, Action<string>? afterStep)
    {
        lock (_writeGate)
        {
            _writes!.Insert(firstIndex, rows, createdMs, afterStep);
            _writeAheadLog!.Grew(rows.Sum(static row => row.Entry.Length + (row.Receipt?.Record.Length ?? row.Endorsement?.Record.Length ?? 0L)));
        }
    }

    /// <summary>Tidies up between commits, when nobody waits for what was committed.</summary>
    public void Maintain()
    {
        lock (_writeGate)
        {
            _writeAheadLog!.MoveIfDue();
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
    public List<byte[]> ReadEntries(ulong from, ulong to) => Read(reads => reads.Entries(from, to));

    /// <summary>The entry of that number, or null.</summary>
    public byte[]? ReadEntry(ulong index) => Read(reads => reads.Entry(index));

    /// <summary>The receipt of that id, or null.</summary>
    public StoredReceipt? ReadReceipt(ReceiptId id) => Read(reads => reads.Receipt(id));

    /// <summary>The endorsements of a receipt in the order of their entries.</summary>
    public List<StoredEndorsement> ReadEndorsements(ReceiptId about) => Read(reads => reads.Endorsements(about));

    /// <summary>The last counter given under an API key; null if none.</summary>
    public KeyCounter? ReadCounter(string apiKey) => Read(reads => reads.Counter(apiKey));

    /// <summary>From now on all reading sees the database as it is at the next read (checks).</summary>
    public void BeginSnapshot() => Read(reads =>
    {
        reads.BeginSnapshot();
        return true;
    });

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
    }

    private static LogDatabase Open(string folder, bool isWritable)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new LogException(LogErrors.Missing, FileName, "there is no log in this folder");
        }

        SqliteConnection? writer = null;
        SqliteConnection? reader = null;
        try
        {
            writer = isWritable ? LogSchema.Connect(path, SqliteOpenMode.ReadWrite) : null;
            if (writer is not null)
            {
                LogSchema.CheckVersion(writer);
                LogSchema.MakeDurable(writer);
                LogSchema.Upgrade(writer);
            }

            reader = LogSchema.Connect(path, SqliteOpenMode.ReadOnly);
            LogSchema.CheckVersion(reader);
            return new LogDatabase(writer, reader);
        }
        catch (SqliteException e)
        {
            reader?.Dispose();
            writer?.Dispose();
            throw new LogException(LogErrors.Database, FileName, e.Message, e);
        }
        catch (LogException)
        {
            reader?.Dispose();
            writer?.Dispose();
            throw;
        }
    }

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
