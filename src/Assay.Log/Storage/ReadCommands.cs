using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The prepared statements of the reading connection. Not safe for concurrent use.</summary>
internal sealed class ReadCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Func<long, int, byte[]?> _records;
    private readonly SqliteCommand _state;
    private readonly SqliteCommand _size;
    private readonly SqliteCommand _entries;
    private readonly SqliteCommand _receipt;
    private readonly SqliteCommand _endorsements;
    private readonly SqliteCommand _counter;

    /// <param name="connection">The connection.</param>
    /// <param name="records">Reads the journal; null for what it doesn't have.</param>
    public ReadCommands(SqliteConnection connection, Func<long, int, byte[]?> records)
    {
        _connection = connection;
        _records = records;
        _state = Prepare(connection, "SELECT vkey, size, checkpoint, journal_end FROM state WHERE id = 1");
        _size = Prepare(connection, "SELECT max(idx) FROM entries");
        _entries = Prepare(
            connection, "SELECT idx, entry FROM entries WHERE idx >= $from AND idx < $to ORDER BY idx", "$from", "$to");
        _receipt = Prepare(
            connection, "SELECT log_idx, created_ms, api_key, counter, record, record_at, record_bytes FROM receipts WHERE receipt_id = $id", "$id");
        _endorsements = Prepare(
            connection, "SELECT log_idx, record, record_at, record_bytes FROM endorsements WHERE receipt_id = $id ORDER BY log_idx", "$id");
        _counter = Prepare(connection, "SELECT last, last_idx FROM counters WHERE api_key = $key", "$key");
    }

    public LogState State()
    {
        using SqliteDataReader reader = _state.ExecuteReader();
        return reader.Read()
            ? new LogState(reader.GetString(0), Number(reader, 1), (byte[])reader.GetValue(2), reader.GetInt64(3))
            : throw new LogException(LogErrors.Database, "state", "the row is missing");
    }

    public ulong Size() => _size.ExecuteScalar() switch
    {
        long last and >= 0 and < long.MaxValue => (ulong)last + 1,
        DBNull => 0,
        _ => throw new LogException(LogErrors.EntryGap, "entries", "the highest number isn't one"),
    };

    public List<byte[]> Entries(ulong from, ulong to)
    {
        List<byte[]> entries = [];
        _entries.Parameters[0].Value = (long)from;
        _entries.Parameters[1].Value = (long)to;
        using SqliteDataReader reader = _entries.ExecuteReader();
        for (ulong index = from; index < to; index++)
        {
            if (!reader.Read() || Number(reader, 0) != index)
            {
                throw new LogException(LogErrors.EntryGap, $"entries[{index}]", "the database doesn't have this entry");
            }

            entries.Add((byte[])reader.GetValue(1));
        }

        return entries;
    }

    public byte[]? Entry(ulong index)
    {
        _entries.Parameters[0].Value = (long)index;
        _entries.Parameters[1].Value = (long)index + 1;
        using SqliteDataReader reader = _entries.ExecuteReader();
        return reader.Read() ? (byte[])reader.GetValue(1) : null;
    }

    public bool HasReceipt(ReceiptId id)
    {
        _receipt.Parameters[0].Value = id.ToArray();
        using SqliteDataReader reader = _receipt.ExecuteReader();
        return reader.Read();
    }

    public ReceiptId? LargestReceiptId()
    {
        using SqliteCommand select = Prepare(_connection, "SELECT max(receipt_id) FROM receipts");
        return select.ExecuteScalar() is byte[] id ? ReceiptId.From(id) : null;
    }

    public StoredReceipt? Receipt(ReceiptId id)
    {
        _receipt.Parameters[0].Value = id.ToArray();
        using SqliteDataReader reader = _receipt.ExecuteReader();
        return reader.Read() ? ReceiptOf(reader, id, Record(reader, 4)) : null;
    }

    public List<StoredEndorsement> Endorsements(ReceiptId about)
    {
        List<StoredEndorsement> endorsements = [];
        _endorsements.Parameters[0].Value = about.ToArray();
        using SqliteDataReader reader = _endorsements.ExecuteReader();
        while (reader.Read())
        {
            endorsements.Add(new StoredEndorsement(Number(reader, 0), Record(reader, 1)));
        }

        return endorsements;
    }

    public KeyCounter? Counter(string apiKey)
    {
        _counter.Parameters[0].Value = apiKey;
        using SqliteDataReader reader = _counter.ExecuteReader();
        return reader.Read() ? new KeyCounter(Number(reader, 0), Number(reader, 1)) : null;
    }

    public void BeginSnapshot()
    {
        using SqliteCommand begin = Prepare(_connection, "BEGIN");
        begin.ExecuteNonQuery();
    }

    public List<string> IntegrityProblems()
    {
        List<string> problems = [];
        using SqliteCommand check = Prepare(_connection, "PRAGMA integrity_check(20)");
        using SqliteDataReader reader = check.ExecuteReader();
        while (reader.Read())
        {
            problems.Add(reader.GetString(0));
        }

        return problems is ["ok"] ? [] : problems;
    }

    public Dictionary<ulong, byte[]> EntriesFound(ulong from, ulong to)
    {
        Dictionary<ulong, byte[]> entries = [];
        _entries.Parameters[0].Value = (long)from;
        _entries.Parameters[1].Value = (long)to;
        using SqliteDataReader reader = _entries.ExecuteReader();
        while (reader.Read())
        {
            entries[Number(reader, 0)] = (byte[])reader.GetValue(1);
        }

        return entries;
    }

    public List<(StoredReceipt Receipt, byte[]? Entry)> ReceiptsFrom(ulong from, int count)
    {
        List<(StoredReceipt, byte[]?)> receipts = [];
        using SqliteCommand select = Prepare(
            _connection,
            """
            SELECT log_idx, created_ms, api_key, counter, record, record_at, record_bytes, receipt_id, entry
            FROM receipts LEFT JOIN entries ON idx = log_idx
            WHERE log_idx >= $from ORDER BY log_idx LIMIT $count
            """,
            "$from",
            "$count");
        select.Parameters[0].Value = (long)from;
        select.Parameters[1].Value = count;
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            StoredReceipt receipt = ReceiptOf(reader, ReceiptId.From((byte[])reader.GetValue(7)), RecordOrNothing(reader, 4));
            receipts.Add((receipt, reader.GetValue(8) as byte[]));
        }

        return receipts;
    }

    public List<StoredReceipt> Receipts(ulong from, int count)
    {
        List<StoredReceipt> receipts = [];
        using SqliteCommand select = Prepare(
            _connection,
            "SELECT log_idx, created_ms, api_key, counter, record, record_at, record_bytes, receipt_id FROM receipts WHERE log_idx >= $from ORDER BY log_idx LIMIT $count",
            "$from",
            "$count");
        select.Parameters[0].Value = (long)from;
        select.Parameters[1].Value = count;
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            receipts.Add(ReceiptOf(reader, ReceiptId.From((byte[])reader.GetValue(7)), Record(reader, 4)));
        }

        return receipts;
    }

    public List<(ReceiptId About, StoredEndorsement Endorsement, byte[]? Entry, bool HasReceipt)> EndorsementsFrom(ulong from, int count)
    {
        List<(ReceiptId, StoredEndorsement, byte[]?, bool)> endorsements = [];
        using SqliteCommand select = Prepare(
            _connection,
            """
            SELECT e.log_idx, e.record, e.record_at, e.record_bytes, e.receipt_id, entry, r.log_idx IS NOT NULL
            FROM endorsements AS e
            LEFT JOIN entries ON idx = e.log_idx
            LEFT JOIN receipts AS r ON r.receipt_id = e.receipt_id AND r.log_idx < e.log_idx
            WHERE e.log_idx >= $from ORDER BY e.log_idx LIMIT $count
            """,
            "$from",
            "$count");
        select.Parameters[0].Value = (long)from;
        select.Parameters[1].Value = count;
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            StoredEndorsement endorsement = new(Number(reader, 0), RecordOrNothing(reader, 1));
            endorsements.Add((ReceiptId.From((byte[])reader.GetValue(4)), endorsement, reader.GetValue(5) as byte[], reader.GetBoolean(6)));
        }

        return endorsements;
    }

    public Dictionary<string, KeyCounter> Counters()
    {
        Dictionary<string, KeyCounter> counters = [];
        using SqliteCommand select = Prepare(_connection, "SELECT api_key, last, last_idx FROM counters");
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            counters[reader.GetString(0)] = new KeyCounter(Number(reader, 1), Number(reader, 2));
        }

        return counters;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _size.Dispose();
        _entries.Dispose();
        _receipt.Dispose();
        _endorsements.Dispose();
        _counter.Dispose();
    }

    private static StoredReceipt ReceiptOf(SqliteDataReader reader, ReceiptId id, byte[] record) => new(
        id,
        Number(reader, 0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        reader.GetString(2),
        Number(reader, 3),
        record);

    // A record, where it is, how long it is there: three columns.
    private byte[] Record(SqliteDataReader reader, int column) => reader.IsDBNull(column + 1)
        ? (byte[])reader.GetValue(column)
        : _records(reader.GetInt64(column + 1), checked((int)reader.GetInt64(column + 2)))
            ?? throw Journal.Damaged(reader.GetInt64(column + 1), "the file ends before this record");

    // A check goes on: nothing is no record, and the check of the journal names the place.
    private byte[] RecordOrNothing(SqliteDataReader reader, int column)
    {
        try
        {
            return Record(reader, column);
        }
        catch (Exception e) when (e is LogException or InvalidCastException or OverflowException)
        {
            return [];
        }
    }

    private static ulong Number(SqliteDataReader reader, int column) => checked((ulong)reader.GetInt64(column));

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
