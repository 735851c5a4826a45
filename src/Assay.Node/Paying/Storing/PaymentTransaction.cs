using Microsoft.Data.Sqlite;

namespace Assay.Node.Paying;

/// <summary>A transaction that writes; rolled back unless it is committed. (The provider's own wants to be set on every prepared command.)</summary>
internal sealed class PaymentTransaction : IDisposable
{
    private readonly SqliteConnection _connection;
    private bool _isOver;

    internal PaymentTransaction(SqliteConnection connection)
    {
        _connection = connection;
        PaymentSchema.Run(connection, "BEGIN IMMEDIATE");
    }

    internal void Commit()
    {
        PaymentSchema.Run(_connection, "COMMIT");
        _isOver = true;
    }

    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            PaymentSchema.Run(_connection, "ROLLBACK");
        }
    }
}
