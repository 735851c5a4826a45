using System.Globalization;
using Assay.Evm;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Facilitator;

/// <summary>
/// The facilitator's memory: each payment with the transaction that was signed for it, durable before that goes anywhere. One process at a
/// time has it open.
/// </summary>
public sealed class SettlementStore : IDisposable
{
    /// <summary>The database's name in its folder.</summary>
    public const string FileName = "settlements.db";

    private const long ApplicationId = 0x41737366;
    private const long Format = 1;

    private const string Tables = """
        CREATE TABLE settlements (
            id BLOB PRIMARY KEY,
            signed BLOB NOT NULL,
            offer TEXT NOT NULL,
            payment BLOB NOT NULL,
            amount TEXT NOT NULL,
            state INTEGER NOT NULL,
            raw BLOB NOT NULL,
            block INTEGER NOT NULL,
            hash BLOB,
            reason TEXT,
            told INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE INDEX settlements_open ON settlements (state) WHERE state = 1;
        """;

    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();

    static SettlementStore() => SQLitePCL.Batteries_V2.Init();

    private SettlementStore(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the store in a folder, which is made if it isn't there.</summary>
    /// <exception cref="InvalidDataException">Another process has it, or the file isn't such a store.</exception>
    public static SettlementStore Open(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();

            // Two facilitators on one store would sign for the same numbers: the lock is held until the end.
            Execute(connection, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0;");
            object? mode = Scalar(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;");
            Execute(connection, "BEGIN EXCLUSIVE");
            object? application = Scalar(connection, "PRAGMA application_id");
            object? tables = Scalar(connection, "SELECT count(*) FROM sqlite_schema");
            if (application is 0L && tables is 0L)
            {
                Execute(connection, Tables + string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Format};"));
            }
            else if (application is not ApplicationId || Scalar(connection, "PRAGMA user_version") is not Format)
            {
                throw new InvalidDataException($"{path} isn't a store of settlements of this version.");
            }

            Execute(connection, "COMMIT");
            return mode is "wal" ? new SettlementStore(connection) : throw new InvalidDataException($"{path} can't be made durable: its journal mode is {mode}.");
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new InvalidDataException(e.SqliteErrorCode is 5 or 6 ? $"{path} is in use by another process." : $"{path} can't be opened: {e.Message}", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    internal StoredSettlement? Find(SettlementKey key)
    {
        lock (_lock)
        {
            using SqliteCommand command = Command("SELECT signed, offer, payment, amount, state, raw, block, hash, reason FROM settlements WHERE id = $id", ("$id", key.ToArray()));
            using SqliteDataReader reader = command.ExecuteReader();
            return reader.Read() ? Read(reader) : null;
        }
    }

    /// <summary>Those whose end isn't known.</summary>
    internal IReadOnlyList<StoredSettlement> Open()
    {
        lock (_lock)
        {
            using SqliteCommand command = Command("SELECT signed, offer, payment, amount, state, raw, block, hash, reason FROM settlements WHERE state = 1");
            using SqliteDataReader reader = command.ExecuteReader();
            List<StoredSettlement> found = [];
            while (reader.Read())
            {
                found.Add(Read(reader));
            }

            return found;
        }
    }

    /// <summary>Puts a settlement in or in the place of the one there; durable when it returns.</summary>
    internal void Put(SettlementKey key, StoredSettlement settlement)
    {
        lock (_lock)
        {
            using SqliteCommand command = Command(
                """
                INSERT INTO settlements (id, signed, offer, payment, amount, state, raw, block, hash, reason)
                VALUES ($id, $signed, $offer, $payment, $amount, $state, $raw, $block, $hash, $reason)
                ON CONFLICT (id) DO UPDATE SET signed = $signed, offer = $offer, payment = $payment, amount = $amount, state = $state, raw = $raw, block = $block, hash = $hash, reason = $reason
                """,
                ("$id", key.ToArray()),
                ("$signed", settlement.Signed.ToArray()),
                ("$offer", settlement.Offer),
                ("$payment", settlement.Payment.ToArray()),
                ("$amount", EvmAmount.Text(settlement.Amount)),
                ("$state", (int)settlement.State),
                ("$raw", settlement.Raw.ToArray()),
                ("$block", (long)settlement.Block),
                ("$hash", settlement.Transaction?.ToArray()),
                ("$reason", settlement.Reason));
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Whether a settled payment is told as settled for the first time: of many who ask at once, and over restarts, one is told so.</summary>
    internal bool TryTell(SettlementKey key)
    {
        lock (_lock)
        {
            using SqliteCommand command = Command("UPDATE settlements SET told = 1 WHERE id = $id AND told = 0", ("$id", key.ToArray()));
            return command.ExecuteNonQuery() == 1;
        }
    }

    private static StoredSettlement Read(SqliteDataReader reader) => new()
    {
        Signed = Digest32.From(reader.GetFieldValue<byte[]>(0)),
        Offer = reader.GetString(1),
        Payment = reader.GetFieldValue<byte[]>(2),
        Amount = EvmAmount.TryParse(reader.GetString(3), out System.Numerics.BigInteger amount) ? amount : throw new InvalidDataException("The store has an amount that isn't one."),
        State = (SettlementState)reader.GetInt32(4),
        Raw = reader.GetFieldValue<byte[]>(5),
        Block = (ulong)reader.GetInt64(6),
        Transaction = reader.IsDBNull(7) ? null : Digest32.From(reader.GetFieldValue<byte[]>(7)),
        Reason = reader.IsDBNull(8) ? null : reader.GetString(8),
    };

    private SqliteCommand Command(string text, params (string Name, object? Value)[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }
}
