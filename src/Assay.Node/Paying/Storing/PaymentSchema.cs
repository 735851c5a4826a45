using Assay.Node.Storing;
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
    internal static SqliteConnection Open(string folder, bool isNode) =>
        NodeDatabase.Open(Path.Combine(folder, FileName), Version, Tables, isNode ? "" : "PRAGMA wal_autocheckpoint=0;", static connection => NodeDatabase.Run(connection, Owed));
}
