using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The prepared statements of the reading connection. Not safe for concurrent use.</summary>
internal sealed class ReadCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _state;
    private readonly SqliteCommand _size;
    private readonly SqliteCommand _entries;
    private readonly SqliteCommand _receipt;
    private readonly SqliteCommand? _endorsements;
    private readonly SqliteCommand _counter;

    public ReadCommands(SqliteConnection connection)
    {
        _connection = connection;
        _state = Prepare(connection, "SELECT vkey, size, checkpoint FROM state WHERE id = 1");
        _size = Prepare(connection, "SELECT max(idx) FROM entries");
        _entries = Prepare(
            connection, "SELECT idx, entry FROM entries WHERE idx >= $from AND idx < $to ORDER BY idx", "$from", "$to");
        _receipt = Prepare(
            connection, "SELECT log_idx, created_ms, api_key, counter, record FROM receipts WHERE receipt_id = $id", "$id");
        _endorsements = LogSchema.HasEndorsements(connection)
            ? Prepare(connection, "SELECT log_idx, record FROM endorsements WHERE receipt_id = $id ORDER BY log_idx", "$id")
            : null;
        _counter = Prepare(connection, "SELECT last, last_idx FROM counters WHERE api_key = $key", "$key");
    }

    public LogState State()
    {
        using SqliteDataReader reader = _state.ExecuteReader();
        return reader.Read()
            ? new LogState(reader.GetString(0), Number(reader, 1), (byte[])reader.GetValue(2))
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

    public StoredReceipt? Receipt(ReceiptId id)
    {
        _receipt.Parameters[0].Value = id.ToArray();
        using SqliteDataReader reader = _receipt.ExecuteReader();
        return reader.Read() ? ReceiptOf(reader, id) : null;
    }

    public List<StoredEndorsement> Endorsements(ReceiptId about)
    {
        List<StoredEndorsement> endorsements = [];
        if (_endorsements is null)
        {
            return endorsements;
        }

        _endorsements.Parameters[0].Value = about.ToArray();
        using SqliteDataReader reader = _endorsements.ExecuteReader();
        while (reader.Read())
        {
            endorsements.Add(new StoredEndorsement(Number(reader, 0), (byte[])reader.GetValue(1)));
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
            SELECT log_idx, created_ms, api_key, counter, record, receipt_id, entry
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
            StoredReceipt receipt = ReceiptOf(reader, ReceiptId.From((byte[])reader.GetValue(5)));
            receipts.Add((receipt, reader.GetValue(6) as byte[]));
        }

        return receipts;
    }

    public List<(ReceiptId About, StoredEndorsement Endorsement, byte[]? Entry, bool HasReceipt)> EndorsementsFrom(ulong from, int count)
    {
        List<(ReceiptId, StoredEndorsement, byte[]?, bool)> endorsements = [];
        if (_endorsements is null)
        {
            return endorsements;
        }

        using SqliteCommand select = Prepare(
            _connection,
            """
            SELECT e.log_idx, e.record, e.receipt_id, entry, r.log_idx IS NOT NULL
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
            StoredEndorsement endorsement = new(Number(reader, 0), (byte[])reader.GetValue(1));
            endorsements.Add((ReceiptId.From((byte[])reader.GetValue(2)), endorsement, reader.GetValue(3) as byte[], reader.GetBoolean(4)));
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
        _endorsements?.Dispose();
        _counter.Dispose();
    }

    private static StoredReceipt ReceiptOf(SqliteDataReader reader, ReceiptId id) => new(
        id,
        Number(reader, 0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        reader.GetString(2),
        Number(reader, 3),
        (byte[])reader.GetValue(4));

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
