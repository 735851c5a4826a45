using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The prepared statements of the writing connection. Not safe for concurrent use.</summary>
internal sealed class WriteCommands(SqliteConnection connection) : IDisposable
{
    private readonly Statement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly Statement _commit = new(connection, "COMMIT");
    private readonly Statement _rollback = new(connection, "ROLLBACK");
    private readonly Statement _insertEntry = new(connection, "INSERT INTO entries VALUES (?, ?)");
    private readonly Statement _insertReceipt = new(connection, "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?)");
    private readonly Statement _insertEndorsement = new(connection, "INSERT INTO endorsements VALUES (?, ?, ?)");
    private readonly Statement _setCounter = new(
        connection, "INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT (api_key) DO UPDATE SET last = excluded.last, last_idx = excluded.last_idx");

    private readonly Statement _replaceCheckpoint = new(
        connection, "UPDATE state SET size = ?, checkpoint = ? WHERE id = 1 AND checkpoint = ?");

    /// <summary>Inserts rows with consecutive numbers in one transaction.</summary>
    public void Insert(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs, Action<string>? afterStep)
    {
        _begin.Run();
        try
        {
            InsertRows(firstIndex, rows, createdMs);
            afterStep?.Invoke("commit inserted");
            _commit.Run();
        }
        catch
        {
            TryRollBack();
            throw;
        }

        afterStep?.Invoke("commit durable");
    }

    /// <summary>Replaces the checkpoint if it is still the given one.</summary>
    public bool ReplaceCheckpoint(byte[] current, ulong newSize, byte[] newCheckpoint) =>
        _replaceCheckpoint.Bind(1, checked((long)newSize)).Bind(2, newCheckpoint).Bind(3, current).RunCounting() == 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Statement statement in new[] { _begin, _commit, _rollback, _insertEntry, _insertReceipt, _insertEndorsement, _setCounter, _replaceCheckpoint })
        {
            statement.Dispose();
        }
    }

    private void InsertRows(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs)
    {
        Dictionary<string, (ulong Counter, long Index)> lastCounters = [];
        for (int i = 0; i < rows.Count; i++)
        {
            long index = checked((long)firstIndex + i);
            _insertEntry.Bind(1, index).Bind(2, rows[i].Entry).Run();
            if (rows[i].Receipt is { } receipt)
            {
                _insertReceipt
                    .Bind(1, index)
                    .Bind(2, receipt.Id.Bytes)
                    .Bind(3, createdMs)
                    .Bind(4, receipt.ApiKey)
                    .Bind(5, checked((long)receipt.Counter))
                    .Bind(6, receipt.Record)
                    .Run();
                lastCounters[receipt.ApiKey] = (receipt.Counter, index);
            }

            if (rows[i].Endorsement is { } endorsement)
            {
                _insertEndorsement.Bind(1, index).Bind(2, endorsement.About.Bytes).Bind(3, endorsement.Record).Run();
            }
        }

        foreach ((string apiKey, (ulong last, long index)) in lastCounters)
        {
            _setCounter.Bind(1, apiKey).Bind(2, checked((long)last)).Bind(3, index).Run();
        }
    }

    private void TryRollBack()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, or can't: the log is at its end either way, and opening it again decides.
        }
    }
}
