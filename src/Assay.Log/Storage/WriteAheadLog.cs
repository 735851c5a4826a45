using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assay.Log.Storage;

/// <summary>
/// Moves SQLite's write-ahead log into the database when it has grown, at a moment of the caller's choice. By itself SQLite does it
/// inside the commit that crosses the limit, and everybody who waits for that commit waits for the move too. Not safe for concurrent use.
/// </summary>
internal sealed class WriteAheadLog(SqliteConnection writer)
{
    // The log's file keeps about that size, and overwriting a file is about twice as fast to sync as extending it.
    private const long Step = 16 << 20;

    // A commit rewrites the last page of each table and index, however little it adds.
    private const int PagesOfACommit = 5;

    private readonly sqlite3 _database = writer.Handle!;
    private long _bytes;

    /// <summary>Notes a commit of so many bytes of content.</summary>
    public void Grew(long bytes) => _bytes += bytes + (PagesOfACommit * LogSchema.PageBytes);

    /// <summary>
    /// Moves it if it is due. If that fails it stays where it is, and nothing is lost. A reader of an older state in another process
    /// can keep a part from being moved; the next try comes after as much again.
    /// </summary>
    public void MoveIfDue()
    {
        if (_bytes >= Step)
        {
            _bytes = 0;
            _ = raw.sqlite3_wal_checkpoint_v2(_database, null!, raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        }
    }
}
