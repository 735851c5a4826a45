using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assay.Log.Storage;

/// <summary>
/// A prepared statement without rows, bound and stepped directly: the provider's command objects cost several times what
/// SQLite itself needs for an insert. Not safe for concurrent use.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Binds the parameter of that number, from 1.</summary>
    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    /// <inheritdoc cref="Bind(int, long)"/>
    public Statement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        // An empty span has no address, which SQLite would take for NULL.
        Check(blob.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0) : raw.sqlite3_bind_blob(_statement, parameter, blob));
        return this;
    }

    /// <inheritdoc cref="Bind(int, long)"/>
    public Statement Bind(int parameter, string text)
    {
        Check(raw.sqlite3_bind_text(_statement, parameter, text));
        return this;
    }

    /// <summary>Runs it once and leaves it ready to be bound again.</summary>
    /// <exception cref="SqliteException">SQLite refused.</exception>
    public void Run()
    {
        int result = raw.sqlite3_step(_statement);
        if (result != raw.SQLITE_DONE)
        {
            SqliteException failure = Failure(result);
            _ = raw.sqlite3_reset(_statement);
            throw failure;
        }

        Check(raw.sqlite3_reset(_statement));
    }

    /// <summary>Runs it; gives the number of rows that it changed.</summary>
    public int RunCounting()
    {
        Run();
        return raw.sqlite3_changes(_database);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Failure(result);
        }
    }

    private SqliteException Failure(int result) => new(raw.sqlite3_errmsg(_database).utf8_to_string(), result);
}
