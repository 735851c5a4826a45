using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>The database's tables and settings (spec/log.md).</summary>
internal static class LogSchema
{
    private const long ApplicationId = 0x41737361;
    private const long Format = 5;

    // Formats that the first opening for writing upgrades: before there was a journal, and before there were endorsements.
    private const long FormatWithoutJournal = 3;
    private const long FormatWithoutEndorsements = 2;

    // Many rows come at once: fewer pages are written than with the usual 4 096 bytes.
    public const int PageBytes = 16384;

    private const string Endorsements = """
        CREATE TABLE endorsements (
            log_idx INTEGER PRIMARY KEY,
            receipt_id BLOB NOT NULL,
            record BLOB NOT NULL);
        CREATE INDEX endorsements_by_receipt ON endorsements (receipt_id);
        """;

    private const string Tables = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            vkey TEXT NOT NULL,
            size INTEGER NOT NULL,
            checkpoint BLOB NOT NULL);
        CREATE TABLE entries (
            idx INTEGER PRIMARY KEY,
            entry BLOB NOT NULL);
        CREATE TABLE receipts (
            log_idx INTEGER PRIMARY KEY,
            receipt_id BLOB NOT NULL UNIQUE,
            created_ms INTEGER NOT NULL,
            api_key TEXT NOT NULL,
            counter INTEGER NOT NULL,
            record BLOB NOT NULL);
        CREATE TABLE counters (
            api_key TEXT PRIMARY KEY,
            last INTEGER NOT NULL,
            last_idx INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // A record is in the row, as it was before there was a journal, or at a place there.
    private const string Journal = """
        ALTER TABLE state ADD COLUMN journal_end INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE receipts ADD COLUMN record_at INTEGER;
        ALTER TABLE receipts ADD COLUMN record_bytes INTEGER;
        ALTER TABLE endorsements ADD COLUMN record_at INTEGER;
        ALTER TABLE endorsements ADD COLUMN record_bytes INTEGER;
        """;

    static LogSchema() => SQLitePCL.Batteries_V2.Init();

    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        connection.Open();

        // A database may be someone's forgery: no SQL from its schema runs with our rights.
        Execute(connection, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
        return connection;
    }

    /// <summary>Makes the tables, durably.</summary>
    public static void Create(SqliteConnection connection, LogState state)
    {
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size = {PageBytes};"));
        Execute(connection, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;");
        Execute(connection, string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Format};"));
        Execute(connection, Tables + Endorsements + Journal);
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO state (id, vkey, size, checkpoint) VALUES (1, $vkey, $size, $checkpoint)";
        insert.Parameters.AddWithValue("$vkey", state.VerifierKey);
        insert.Parameters.AddWithValue("$size", (long)state.Size);
        insert.Parameters.AddWithValue("$checkpoint", state.Checkpoint);
        insert.ExecuteNonQuery();
    }

    /// <summary>Refuses a database that isn't a log's, or is of another format.</summary>
    public static void CheckVersion(SqliteConnection connection, bool mayUpgrade)
    {
        if (Scalar(connection, "PRAGMA application_id") is not ApplicationId)
        {
            throw new LogException(LogErrors.Database, LogDatabase.FileName, "this isn't a log's database");
        }

        object? version = Scalar(connection, "PRAGMA user_version");
        bool isOld = version is FormatWithoutEndorsements or FormatWithoutJournal;
        if (version is not Format && !(isOld && mayUpgrade))
        {
            throw new LogException(
                LogErrors.DatabaseVersion,
                LogDatabase.FileName,
                $"format {version}; this version reads format {Format}{(isOld ? ": start the node once ('assay serve'), which upgrades it" : "")}");
        }
    }

    /// <summary>Brings a database of an older format to this one, in one transaction, and makes its journal before.</summary>
    public static void Upgrade(SqliteConnection connection, string folder)
    {
        object? version = Scalar(connection, "PRAGMA user_version");
        if (version is FormatWithoutEndorsements or FormatWithoutJournal)
        {
            if (Storage.Journal.HasFrames(folder))
            {
                throw new LogException(LogErrors.Journal, Storage.Journal.FileName, $"a database of format {version} has none: this is another one's");
            }

            Storage.Journal.Create(folder);
            string endorsements = version is FormatWithoutEndorsements ? Endorsements : "";
            Execute(connection, string.Create(
                CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {endorsements} {Journal} UPDATE state SET journal_end = {Storage.Journal.HeaderSize}; PRAGMA user_version = {Format}; COMMIT;"));
        }
    }

    /// <summary>Turns on the write-ahead log with a full sync of every commit, and makes sure that it is on.</summary>
    public static void MakeDurable(SqliteConnection connection)
    {
        object? mode = Scalar(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");

        // Another process may look into the database; prepared statements wait for its locks only if told to.
        Execute(connection, "PRAGMA busy_timeout = 30000; PRAGMA wal_autocheckpoint = 0;");
        object? synchronous = Scalar(connection, "PRAGMA synchronous");
        if (mode is not "wal" || synchronous is not 2L)
        {
            throw new LogException(
                LogErrors.Durability,
                LogDatabase.FileName,
                $"SQLite gave journal mode {mode} and synchronous {synchronous}; the log needs wal and 2 (a network file system can't)");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
