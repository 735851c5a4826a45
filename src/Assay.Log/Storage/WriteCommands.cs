using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The prepared statements of the writing connection. Not safe for concurrent use.</summary>
internal sealed class WriteCommands(SqliteConnection connection) : IDisposable
{
    private readonly Statement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly Statement _commit = new(connection, "COMMIT");
    private readonly Statement _rollback = new(connection, "ROLLBACK");
    private readonly Statement _insertEntry = new(connection, "INSERT INTO entries VALUES (?, ?)");
    private readonly Statement _insertReceipt = new(connection, "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, x'', ?, ?)");
    private readonly Statement _insertEndorsement = new(connection, "INSERT INTO endorsements VALUES (?, ?, x'', ?, ?)");
    private readonly Statement _setCounter = new(
        connection, "INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT (api_key) DO UPDATE SET last = excluded.last, last_idx = excluded.last_idx");

    private readonly Statement _setJournalEnd = new(connection, "UPDATE state SET journal_end = ? WHERE id = 1");
    private readonly Statement _replaceCheckpoint = new(
        connection, "UPDATE state SET size = ?, checkpoint = ? WHERE id = 1 AND checkpoint = ?");

    /// <summary>Inserts rows in one transaction, with the journal's end behind them.</summary>
    public void Insert(IReadOnlyList<PendingRow> rows, long journalEnd)
    {
        _begin.Run();
        try
        {
            InsertRows(rows);
            _setJournalEnd.Bind(1, journalEnd).Run();
            _commit.Run();
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    /// <summary>Replaces the checkpoint if it is still the given one.</summary>
    public bool ReplaceCheckpoint(byte[] current, ulong newSize, byte[] newCheckpoint) =>
        _replaceCheckpoint.Bind(1, checked((long)newSize)).Bind(2, newCheckpoint).Bind(3, current).RunCounting() == 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Statement statement in new[] { _begin, _commit, _rollback, _insertEntry, _insertReceipt, _insertEndorsement, _setCounter, _setJournalEnd, _replaceCheckpoint })
        {
            statement.Dispose();
        }
    }

    private void InsertRows(IReadOnlyList<PendingRow> rows)
    {
        Dictionary<string, (ulong Counter, long Index)> lastCounters = [];
        foreach (PendingRow row in rows)
        {
            long index = checked((long)row.Index);
            _insertEntry.Bind(1, index).Bind(2, row.Entry).Run();
            ReceiptId id = row.Id.GetValueOrDefault();
            if (row.ApiKey is { } apiKey)
            {
                _insertReceipt
                    .Bind(1, index)
                    .Bind(2, id.Bytes)
                    .Bind(3, row.CreatedMs)
                    .Bind(4, apiKey)
                    .Bind(5, checked((long)row.Counter))
                    .Bind(6, row.RecordAt)
                    .Bind(7, row.RecordLength)
                    .Run();
                lastCounters[apiKey] = (row.Counter, index);
            }
            else if (row.Id is not null)
            {
                _insertEndorsement.Bind(1, index).Bind(2, id.Bytes).Bind(3, row.RecordAt).Bind(4, row.RecordLength).Run();
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
