using Assay.Node.Storing;
using Microsoft.Data.Sqlite;

namespace Assay.Node.History;

/// <summary>The tables of applications.db, and how it is opened: what is committed is on the disk.</summary>
internal static class ApplicationSchema
{
    internal const string FileName = "applications.db";

    // What is registered and closed is here alone. Configurations are a copy of what the log's receipts say, as far as it was read: with another
    // Reading they are read again from the first.
    private const int Version = 1;
    private const int Reading = 2;

    private const string Tables = """
        CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), reading INTEGER NOT NULL, next INTEGER NOT NULL);
        CREATE TABLE applications (key TEXT NOT NULL, name TEXT NOT NULL, closed INTEGER NOT NULL, PRIMARY KEY (key, name)) WITHOUT ROWID;
        CREATE TABLE registered (
          key TEXT NOT NULL, application TEXT NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
          digest BLOB NOT NULL, created INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (key, application, kind, name, version));
        CREATE INDEX registered_digest ON registered (key, application, kind, digest);
        """;

    private const string Configurations = """
        CREATE TABLE configurations (
          key TEXT NOT NULL, application TEXT NOT NULL, number INTEGER NOT NULL, digest BLOB NOT NULL, receipt BLOB NOT NULL,
          first INTEGER NOT NULL, last INTEGER NOT NULL, receipts INTEGER NOT NULL, asked BLOB NOT NULL, PRIMARY KEY (key, application, number)) WITHOUT ROWID;
        """;

    /// <summary>Opens the database, and makes it where there is none.</summary>
    /// <exception cref="InvalidDataException">It is of another version, or damaged.</exception>
    internal static SqliteConnection Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return NodeDatabase.Open(path, Version, Tables + Configurations + $"INSERT INTO state VALUES (1, {Reading}, 0);", "", static connection =>
            {
                if (NodeDatabase.Read(connection, "SELECT reading FROM state") != Reading)
                {
                    NodeDatabase.Run(connection, $"DROP TABLE configurations; {Configurations} UPDATE state SET reading = {Reading}, next = 0");
                }
            });
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"{path} can't be used: {e.Message}; put a copy back, or take it away: then only what was registered is lost", e);
        }
    }
}
