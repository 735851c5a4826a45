using Assay.Files;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Paying;

/// <summary>The tables of payments.db, and how it is opened: what is committed is on the disk.</summary>
internal static class PaymentSchema
{
    internal const string FileName = "payments.db";
    private const int Version = 1;

    private const string Tables = """
        CREATE TABLE payments (
          identity TEXT PRIMARY KEY, state INTEGER NOT NULL, payer BLOB NOT NULL, request BLOB NOT NULL, identifier TEXT, offer TEXT NOT NULL, payload BLOB NOT NULL,
          resource TEXT NOT NULL, created INTEGER NOT NULL, receipt BLOB, charge TEXT, tx BLOB, response BLOB);
        CREATE INDEX payments_unfinished ON payments (state) WHERE state IN (1, 2);
        CREATE INDEX payments_payer ON payments (payer, created);
        CREATE UNIQUE INDEX payments_identifier ON payments (payer, identifier) WHERE identifier IS NOT NULL;
        CREATE UNIQUE INDEX payments_receipt ON payments (receipt) WHERE receipt IS NOT NULL;
        CREATE TABLE payers (payer BLOB PRIMARY KEY, settled INTEGER NOT NULL, failures INTEGER NOT NULL, blocked_until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE balances (name TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (name, currency)) WITHOUT ROWID;
        CREATE TABLE holds (id BLOB PRIMARY KEY, name TEXT NOT NULL, currency TEXT NOT NULL, amount TEXT NOT NULL) WITHOUT ROWID;
        """;

    // Also for databases of before: without it, each payment costs as much as its payer has paid before.
    private const string Owed = "CREATE INDEX IF NOT EXISTS payments_owed ON payments (payer, request) WHERE state = 2;";

    /// <summary>Opens the database, and makes it where there is none.</summary>
    /// <param name="folder">The node's folder.</param>
    /// <param name="isNode">Whether this is the node, which alone moves the write-ahead log into the database: SQLite before 3.51.3 can lose data if two processes do.</param>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    internal static SqliteConnection Open(string folder, bool isNode)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            // Who pays for what is nobody else's business on this machine.
            OwnerOnlyFile.Write(path, []);
        }

        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;" + (isNode ? "" : " PRAGMA wal_autocheckpoint=0;"));
            using PaymentTransaction transaction = new(connection);
            switch (Read(connection, "PRAGMA user_version"))
            {
                case Version:
                    break;
                case 0:
                    Run(connection, Tables + $"PRAGMA user_version={Version};");
                    break;
                case var other:
                    throw new InvalidDataException($"{path} is of version {other}; this program knows {Version}");
            }

            Run(connection, Owed);

            transaction.Commit();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
