using Microsoft.Data.Sqlite;

namespace Assay.Node.Storing;

/// <summary>A transaction that writes; rolled back unless it is committed. (The provider's own wants to be set on every prepared command.)</summary>
internal sealed class WriteTransaction : IDisposable
{
    private readonly SqliteConnection _connection;
    private bool _isOver;

    internal WriteTransaction(SqliteConnection connection)
    {
        _connection = connection;
        NodeDatabase.Run(connection, "BEGIN IMMEDIATE");
    }

    internal void Commit()
    {
        NodeDatabase.Run(_connection, "COMMIT");
        _isOver = true;
    }

    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            try
            {
                NodeDatabase.Run(_connection, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // A full disk ends the transaction by itself; what went wrong is on its way already.
            }
        }
    }
}
