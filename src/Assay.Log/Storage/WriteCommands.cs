using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The prepared statements of the writing connection. Not safe for concurrent use.</summary>
internal sealed class WriteCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insertEntry;
    private readonly SqliteCommand _insertReceipt;
    private readonly SqliteCommand _setCounter;
    private readonly SqliteCommand _replaceCheckpoint;

    public WriteCommands(SqliteConnection connection)
    {
        _connection = connection;
        _insertEntry = Prepare("INSERT INTO entries VALUES ($idx, $entry)", "$idx", "$entry");
        _insertReceipt = Prepare(
            "INSERT INTO receipts VALUES ($idx, $id, $created, $key, $counter, $record)",
            "$idx", "$id", "$created", "$key", "$counter", "$record");
        _setCounter = Prepare(
            "INSERT INTO counters VALUES ($key, $last) ON CONFLICT (api_key) DO UPDATE SET last = excluded.last",
            "$key", "$last");
        _replaceCheckpoint = Prepare(
            "UPDATE state SET size = $size, checkpoint = $new WHERE id = 1 AND checkpoint = $old", "$size", "$new", "$old");
    }

    /// <summary>Inserts rows with consecutive numbers in one transaction.</summary>
    public void Insert(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs, Action<string>? afterStep)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        Dictionary<string, ulong> lastCounters = [];
        _insertEntry.Transaction = transaction;
        _insertReceipt.Transaction = transaction;
        _setCounter.Transaction = transaction;
        for (int i = 0; i < rows.Count; i++)
        {
            long index = checked((long)firstIndex + i);
            Run(_insertEntry, index, rows[i].Entry);
            if (rows[i].Receipt is { } receipt)
            {
                Run(
                    _insertReceipt,
                    index,
                    receipt.Id.ToArray(),
                    createdMs,
                    receipt.ApiKey,
                    checked((long)receipt.Counter),
                    receipt.Record);
                lastCounters[receipt.ApiKey] = receipt.Counter;
            }
        }

        foreach ((string apiKey, ulong last) in lastCounters)
        {
            Run(_setCounter, apiKey, checked((long)last));
        }

        afterStep?.Invoke("commit inserted");
        transaction.Commit();
        afterStep?.Invoke("commit durable");
    }

    /// <summary>Replaces the checkpoint if it is still the given one.</summary>
    public bool ReplaceCheckpoint(byte[] current, ulong newSize, byte[] newCheckpoint)
    {
        _replaceCheckpoint.Transaction = null;
        return Run(_replaceCheckpoint, checked((long)newSize), newCheckpoint, current) == 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insertEntry.Dispose();
        _insertReceipt.Dispose();
        _setCounter.Dispose();
        _replaceCheckpoint.Dispose();
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
