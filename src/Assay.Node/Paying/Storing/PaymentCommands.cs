using System.Globalization;
using System.Numerics;
using Assay.Evm;
using Assay.Node.Storing;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Paying;

/// <summary>The statements of payments.db. Not safe for concurrent use.</summary>
internal sealed class PaymentCommands(SqliteConnection connection) : IDisposable
{
    private const string Columns = "identity, state, payer, request, identifier, offer, payload, resource, created, receipt, charge, tx, response";

    // Asked for each payment: what it costs mustn't grow with what the payer has paid before.
    internal const string OwedQuery = $"SELECT {Columns} FROM payments WHERE payer = $0 AND state = 2 AND request = $1 AND offer = $2";

    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    internal WriteTransaction Begin() => new(connection);

    internal StoredPayment? Find(string identity) => One($"SELECT {Columns} FROM payments WHERE identity = $0", identity);

    internal StoredPayment? FindByReceipt(in ReceiptId receipt) => One($"SELECT {Columns} FROM payments WHERE receipt = $0", Bytes(receipt));

    internal StoredPayment? FindByIdentifier(in EvmAddress payer, string identifier) =>
        One($"SELECT {Columns} FROM payments WHERE payer = $0 AND identifier = $1", payer.Bytes.ToArray(), identifier);

    internal StoredPayment? FindOwed(in EvmAddress payer, in Digest32 request, string offer) =>
        One(OwedQuery, payer.Bytes.ToArray(), request.ToArray(), offer);

    internal List<StoredPayment> Unfinished() => Many($"SELECT {Columns} FROM payments WHERE state IN (1, 2) ORDER BY created");

    internal List<StoredPayment> SettledBy(in EvmAddress payer, long before, in ReceiptId? beforeReceipt, int most) => Many(
        $"SELECT {Columns} FROM payments WHERE payer = $0 AND created <= $1 AND (created < $1 OR receipt < $2) AND state = 3 ORDER BY created DESC, receipt DESC LIMIT $3",
        payer.Bytes.ToArray(), before, beforeReceipt is { } receipt ? Bytes(receipt) : Array.Empty<byte>(), most);

    internal void Insert(StoredPayment payment) => Run(
        "INSERT INTO payments (identity, state, payer, request, identifier, offer, payload, resource, created) VALUES ($0, 1, $1, $2, $3, $4, $5, $6, $7)",
        payment.Identity, payment.Payer.Bytes.ToArray(), payment.Request.ToArray(), payment.Identifier, payment.Offer, payment.Payload, payment.Resource, payment.Created);

    internal void Delete(string identity) => Run("DELETE FROM payments WHERE identity = $0 AND state = 1", identity);

    internal void DeleteReserved() => Run("DELETE FROM payments WHERE state = 1");

    internal void Owe(string identity, in ReceiptId receipt, BigInteger charge) =>
        Run("UPDATE payments SET state = 2, receipt = $1, charge = $2 WHERE identity = $0 AND state = 1", identity, Bytes(receipt), charge.ToString(CultureInfo.InvariantCulture));

    internal void Paid(string identity, Digest32? transaction) => Run("UPDATE payments SET tx = $1 WHERE identity = $0 AND state = 2", identity, transaction?.ToArray());

    internal void Settle(string identity, in EvmAddress payer, Digest32? transaction, byte[] response)
    {
        Run("UPDATE payments SET state = 3, tx = $1, response = $2 WHERE identity = $0 AND state = 2", identity, transaction?.ToArray(), response);
        Run("INSERT INTO payers VALUES ($0, 1, 0, 0) ON CONFLICT (payer) DO UPDATE SET settled = settled + 1, failures = 0, blocked_until = 0", payer.Bytes.ToArray());
    }

    internal void Fail(string identity, in EvmAddress payer, byte[] response, long? blockedUntil)
    {
        Run("UPDATE payments SET state = 4, response = $1 WHERE identity = $0 AND state = 2", identity, response);
        if (blockedUntil is { } until)
        {
            Run("INSERT INTO payers VALUES ($0, 0, 1, $1) ON CONFLICT (payer) DO UPDATE SET failures = failures + 1, blocked_until = excluded.blocked_until", payer.Bytes.ToArray(), until);
        }
    }

    internal PayerRecord Payer(in EvmAddress payer)
    {
        using SqliteDataReader reader = Prepare("SELECT settled, failures, blocked_until FROM payers WHERE payer = $0", payer.Bytes.ToArray()).ExecuteReader();
        return reader.Read() ? new PayerRecord(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)) : default;
    }

    internal BigInteger Balance(string name, string currency) => Amounts("SELECT amount FROM balances WHERE name = $0 AND currency = $1", name, currency);

    internal BigInteger Held(string name, string currency) => Amounts("SELECT amount FROM holds WHERE name = $0 AND currency = $1", name, currency);

    internal List<(string Name, string Currency, BigInteger Amount)> Balances()
    {
        using SqliteDataReader reader = Prepare("SELECT name, currency, amount FROM balances ORDER BY name, currency").ExecuteReader();
        List<(string, string, BigInteger)> all = [];
        while (reader.Read())
        {
            all.Add((reader.GetString(0), reader.GetString(1), BigInteger.Parse(reader.GetString(2), CultureInfo.InvariantCulture)));
        }

        return all;
    }

    internal void SetBalance(string name, string currency, BigInteger amount) => Run(
        "INSERT INTO balances VALUES ($0, $1, $2) ON CONFLICT (name, currency) DO UPDATE SET amount = excluded.amount", name, currency, amount.ToString(CultureInfo.InvariantCulture));

    internal void Hold(byte[] id, string name, string currency, BigInteger amount) =>
        Run("INSERT INTO holds VALUES ($0, $1, $2, $3)", id, name, currency, amount.ToString(CultureInfo.InvariantCulture));

    internal void DropHold(byte[] id) => Run("DELETE FROM holds WHERE id = $0", id);

    internal void DropHolds() => Run("DELETE FROM holds");

    public void Dispose()
    {
        foreach (SqliteCommand command in _prepared.Values)
        {
            command.Dispose();
        }
    }

    private BigInteger Amounts(string sql, params object?[] values)
    {
        using SqliteDataReader reader = Prepare(sql, values).ExecuteReader();
        BigInteger sum = 0;
        while (reader.Read())
        {
            sum += BigInteger.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private StoredPayment? One(string sql, params object?[] values) => Many(sql, values) is [var one, ..] ? one : null;

    private List<StoredPayment> Many(string sql, params object?[] values)
    {
        using SqliteDataReader reader = Prepare(sql, values).ExecuteReader();
        List<StoredPayment> all = [];
        while (reader.Read())
        {
            all.Add(new StoredPayment
            {
                Identity = reader.GetString(0),
                State = (PaymentState)reader.GetInt32(1),
                Payer = EvmAddress.From(reader.GetFieldValue<byte[]>(2)),
                Request = Digest32.From(reader.GetFieldValue<byte[]>(3)),
                Identifier = reader.IsDBNull(4) ? null : reader.GetString(4),
                Offer = reader.GetString(5),
                Payload = reader.GetFieldValue<byte[]>(6),
                Resource = reader.GetString(7),
                Created = reader.GetInt64(8),
                Receipt = !reader.IsDBNull(9) && ReceiptId.TryFrom(reader.GetFieldValue<byte[]>(9), out ReceiptId id) ? id : null,
                Charge = reader.IsDBNull(10) ? default : BigInteger.Parse(reader.GetString(10), CultureInfo.InvariantCulture),
                Transaction = reader.IsDBNull(11) ? null : Digest32.From(reader.GetFieldValue<byte[]>(11)),
                Response = reader.IsDBNull(12) ? null : reader.GetFieldValue<byte[]>(12),
            });
        }

        return all;
    }

    private void Run(string sql, params object?[] values) => Prepare(sql, values).ExecuteNonQuery();

    private SqliteCommand Prepare(string sql, params object?[] values)
    {
        if (!_prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i.ToString(CultureInfo.InvariantCulture) });
            }

            _prepared[sql] = command;
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private static byte[] Bytes(in ReceiptId id) => id.Bytes.ToArray();
}
