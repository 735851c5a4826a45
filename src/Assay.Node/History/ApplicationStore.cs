using Assay.Node.Storing;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Node.History;

/// <summary>Applications on the disk: what is registered, what is closed, and what the log's receipts say of configurations. Safe for concurrent use; changes are durable when they return.</summary>
internal sealed class ApplicationStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();

    private ApplicationStore(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the store of a node's folder.</summary>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    internal static ApplicationStore Open(string folder) => new(ApplicationSchema.Open(folder));

    /// <summary>Up to which log entry, exclusive, receipts have been read.</summary>
    internal ulong Next => (ulong)(long)Scalar("SELECT next FROM state")!;

    /// <summary>Adds what receipts say, and notes up to where the log was read; both or neither.</summary>
    /// <exception cref="InvalidDataException">A number has another configuration in the store.</exception>
    internal void Add(IReadOnlyList<SeenReceipt> receipts, ulong next) => Change(() =>
    {
        foreach (SeenReceipt receipt in receipts)
        {
            Know(receipt.Key, receipt.Application);
            object? stored = Scalar("SELECT digest FROM configurations WHERE key = $a AND application = $b AND number = $c", receipt.Key, receipt.Application, receipt.Number);
            if (stored is byte[] digest && Digest32.From(digest) != receipt.Configuration)
            {
                throw new InvalidDataException($"receipt {receipt.Receipt} gives number {receipt.Number} of application '{receipt.Application}' to another configuration than receipts before it; run 'assay log fsck'");
            }

            Execute(
                """
                INSERT INTO configurations VALUES ($a, $b, $c, $d, $e, $f, $f, 1, $g)
                ON CONFLICT (key, application, number) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last), receipts = receipts + 1
                """,
                receipt.Key, receipt.Application, receipt.Number, receipt.Configuration.Bytes.ToArray(), receipt.Receipt.ToArray(), receipt.IssuedAt, receipt.Asked.Bytes.ToArray());
        }

        Execute("UPDATE state SET next = $a", (long)next);
    });

    /// <summary>The numbers of an application's configurations; of one that had two, which no node gives, the first.</summary>
    internal Dictionary<Digest32, int> Numbers(string key, string application)
    {
        Dictionary<Digest32, int> numbers = [];
        Query("SELECT digest, number FROM configurations WHERE key = $a AND application = $b ORDER BY number", row => numbers.TryAdd(Digest32.From((byte[])row.GetValue(0)), row.GetInt32(1)), key, application);
        return numbers;
    }

    /// <summary>What callers asked for, of all its configurations.</summary>
    internal HashSet<Digest32> Asked(string key, string application)
    {
        HashSet<Digest32> asked = [];
        Query("SELECT DISTINCT asked FROM configurations WHERE key = $a AND application = $b", row => asked.Add(Digest32.From((byte[])row.GetValue(0))), key, application);
        return asked;
    }

    /// <summary>The largest number given; 0: none.</summary>
    internal int LastNumber(string key, string application) => (int)(Scalar("SELECT max(number) FROM configurations WHERE key = $a AND application = $b", key, application) as long? ?? 0);

    /// <summary>Configurations with numbers above one, ascending.</summary>
    internal List<StoredConfiguration> Configurations(string key, string application, int after, int most)
    {
        List<StoredConfiguration> found = [];
        Query(
            "SELECT number, receipt, first, last, receipts FROM configurations WHERE key = $a AND application = $b AND number > $c ORDER BY number LIMIT $d",
            row => found.Add(new StoredConfiguration(row.GetInt32(0), ReceiptId.From((byte[])row.GetValue(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))),
            key, application, after, most);
        return found;
    }

    /// <summary>The names of a key's applications.</summary>
    internal List<string> Names(string key)
    {
        List<string> names = [];
        Query("SELECT name FROM applications WHERE key = $a", row => names.Add(row.GetString(0)), key);
        return names;
    }

    /// <summary>A key's applications, by name.</summary>
    internal List<ApplicationSummary> List(string key)
    {
        List<ApplicationSummary> found = [];
        Query(
            """
            SELECT a.name, a.closed, count(c.number), coalesce(sum(c.receipts), 0), max(c.last)
            FROM applications AS a LEFT JOIN configurations AS c ON c.key = a.key AND c.application = a.name WHERE a.key = $a GROUP BY a.name, a.closed ORDER BY a.name
            """,
            row => found.Add(new ApplicationSummary(row.GetString(0), row.GetBoolean(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt64(4))),
            key);
        return found;
    }

    internal bool Has(string key, string application) => Scalar("SELECT 1 FROM applications WHERE key = $a AND name = $b", key, application) is not null;

    internal bool IsClosed(string key, string application) => Scalar("SELECT closed FROM applications WHERE key = $a AND name = $b", key, application) is 1L;

    internal void SetClosed(string key, string application, bool isClosed) => Change(() =>
    {
        Know(key, application);
        Execute("UPDATE applications SET closed = $c WHERE key = $a AND name = $b", key, application, isClosed);
    });

    /// <summary>Adds a version.</summary>
    internal void Register(string key, string application, RegisteredKind kind, RegisteredVersion version) => Change(() =>
    {
        Know(key, application);
        Execute("INSERT INTO registered VALUES ($a, $b, $c, $d, $e, $f, $g, $h)", key, application, (int)kind, version.Name, version.Version, version.Digest.Bytes.ToArray(), version.Created, version.Content);
    });

    /// <summary>The last version of each name, without content, by name.</summary>
    internal List<RegisteredVersion> Registered(string key, string application, RegisteredKind kind) => Versions(
        "SELECT name, version, digest, created, x'' FROM registered AS r WHERE key = $a AND application = $b AND kind = $c AND version = (SELECT max(version) FROM registered AS o WHERE o.key = r.key AND o.application = r.application AND o.kind = r.kind AND o.name = r.name) ORDER BY name",
        key, application, (int)kind);

    /// <summary>A version with its content; version 0: the last one. Null if there is none.</summary>
    internal RegisteredVersion? Registered(string key, string application, RegisteredKind kind, string name, int version) => Versions(
        "SELECT name, version, digest, created, content FROM registered WHERE key = $a AND application = $b AND kind = $c AND name = $d AND ($e = 0 OR version = $e) ORDER BY version DESC LIMIT 1",
        key, application, (int)kind, name, version).FirstOrDefault();

    /// <summary>All versions of a name, without content.</summary>
    internal List<RegisteredVersion> VersionsOf(string key, string application, RegisteredKind kind, string name) => Versions(
        "SELECT name, version, digest, created, x'' FROM registered WHERE key = $a AND application = $b AND kind = $c AND name = $d ORDER BY version",
        key, application, (int)kind, name);

    /// <summary>The digests of all versions.</summary>
    internal HashSet<Digest32> Digests(string key, string application, RegisteredKind kind)
    {
        HashSet<Digest32> digests = [];
        Query("SELECT digest FROM registered WHERE key = $a AND application = $b AND kind = $c", row => digests.Add(Digest32.From((byte[])row.GetValue(0))), key, application, (int)kind);
        return digests;
    }

    /// <summary>The last version registered with this content, without it; null if none has it.</summary>
    internal RegisteredVersion? FindByDigest(string key, string application, RegisteredKind kind, Digest32 digest) => Versions(
        "SELECT name, version, digest, created, x'' FROM registered WHERE key = $a AND application = $b AND kind = $c AND digest = $d ORDER BY created DESC, name, version DESC LIMIT 1",
        key, application, (int)kind, digest.Bytes.ToArray()).FirstOrDefault();

    /// <summary>How many bytes a key has registered.</summary>
    internal long RegisteredBytes(string key) => Scalar("SELECT sum(length(content)) FROM registered WHERE key = $a", key) as long? ?? 0;

    public void Dispose()
    {
        lock (_gate)
        {
            _connection.Dispose();
        }
    }

    private void Know(string key, string application) => Execute("INSERT OR IGNORE INTO applications VALUES ($a, $b, 0)", key, application);

    private List<RegisteredVersion> Versions(string sql, params object[] values)
    {
        List<RegisteredVersion> found = [];
        Query(sql, row => found.Add(new RegisteredVersion(row.GetString(0), row.GetInt32(1), Digest32.From((byte[])row.GetValue(2)), row.GetInt64(3), (byte[])row.GetValue(4))), values);
        return found;
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            using WriteTransaction transaction = new(_connection);
            change();
            transaction.Commit();
        }
    }

    private void Execute(string sql, params object[] values)
    {
        using SqliteCommand command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql, params object[] values)
    {
        lock (_gate)
        {
            using SqliteCommand command = Command(sql, values);
            return command.ExecuteScalar();
        }
    }

    private void Query(string sql, Action<SqliteDataReader> row, params object[] values)
    {
        lock (_gate)
        {
            using SqliteCommand command = Command(sql, values);
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                row(reader);
            }
        }
    }

    // Parameters $a, $b, $c… in order.
    private SqliteCommand Command(string sql, object[] values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue("$" + (char)('a' + i), values[i]);
        }

        return command;
    }
}
