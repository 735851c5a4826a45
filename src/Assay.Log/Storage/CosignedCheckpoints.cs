using Assay.Log.Checking;
using Assay.Primitives.Notes;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Storage;

/// <summary>
/// The checkpoints that witnesses cosigned, in a database of their own: the log needs nothing of it, and what is lost with
/// it is evidence, not truth. Safe for concurrent use.
/// </summary>
internal sealed class CosignedCheckpoints : IDisposable
{
    /// <summary>Its file in the log's folder.</summary>
    public const string FileName = "cosigned.db";

    // How far to look for a checkpoint that more witnesses have cosigned than the first one.
    private const int Candidates = 8;

    // As many at a time, and so often, where a number is demanded: some witness may be behind for a while.
    private const int Pages = 16;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly NoteVerifierKey _key;
    private SqliteConnection? _connection;
    private ulong _largest;

    private CosignedCheckpoints(string path, NoteVerifierKey key)
    {
        _path = path;
        _key = key;
    }

    /// <summary>The size of the largest cosigned checkpoint; 0 for none.</summary>
    public ulong Largest => Volatile.Read(ref _largest);

    /// <summary>Opens the file in a log's folder; a log without witnesses has none.</summary>
    /// <exception cref="LogException">It can't be read.</exception>
    public static CosignedCheckpoints Open(string folder, NoteVerifierKey key)
    {
        CosignedCheckpoints opened = new(Path.Combine(folder, FileName), key);
        if (!File.Exists(opened._path))
        {
            return opened;
        }

        try
        {
            opened._connection = Connect(opened._path);
            using SqliteCommand command = opened._connection.CreateCommand();
            command.CommandText = "SELECT max(size) FROM cosigned";
            opened._largest = command.ExecuteScalar() is long size ? (ulong)size : 0;
            return opened;
        }
        catch (SqliteException e)
        {
            opened.Dispose();
            throw new LogException(LogErrors.Database, FileName, $"{e.Message}; without this file the log starts, and lacks the cosignatures that it had", e);
        }
    }

    /// <summary>The cosigned checkpoint of that size; null if there is none.</summary>
    public LogCheckpoint? Find(ulong size) => Query("SELECT note FROM cosigned WHERE size = $size", size).FirstOrDefault();

    /// <summary>
    /// The cosigned checkpoint to prove an entry by: the earliest that covers it, since the earlier it was seen the more it
    /// tells; of the first few the one with the most cosignatures.
    /// </summary>
    public LogCheckpoint? FindCovering(ulong index)
    {
        if (index >= Largest)
        {
            return null;
        }

        LogCheckpoint? best = null;
        int most = 0;
        foreach (LogCheckpoint candidate in Query($"SELECT note FROM cosigned WHERE size > $size ORDER BY size LIMIT {Candidates}", index))
        {
            int lines = SignedNote.TryParse(candidate.Note.Span, out _)!.Signatures.Count;
            if (lines > most)
            {
                (best, most) = (candidate, lines);
            }
        }

        return best;
    }

    /// <summary>The earliest checkpoint with at least so many cosignatures that covers an entry; null if there is none among the first of those that cover it.</summary>
    public LogCheckpoint? FindCovering(ulong index, int cosignatures)
    {
        for (int page = 0; page < Pages && index < Largest; page++)
        {
            List<LogCheckpoint> candidates = Query($"SELECT note FROM cosigned WHERE size > $size ORDER BY size LIMIT {Candidates}", index);

            // The log's own line comes on top.
            if (candidates.Find(candidate => SignedNote.TryParse(candidate.Note.Span, out _)!.Signatures.Count > cosignatures) is { } found)
            {
                return found;
            }

            if (candidates.Count < Candidates)
            {
                break;
            }

            index = candidates[^1].Size;
        }

        return null;
    }

    /// <summary>Keeps a cosigned checkpoint in place of the one of that size.</summary>
    public void Save(LogCheckpoint checkpoint)
    {
        lock (_gate)
        {
            _connection ??= Try(() => Connect(_path));
            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = "INSERT INTO cosigned VALUES ($size, $note) ON CONFLICT (size) DO UPDATE SET note = excluded.note";
            command.Parameters.AddWithValue("$size", checked((long)checkpoint.Size));
            command.Parameters.AddWithValue("$note", checkpoint.Note.ToArray());
            Try(command.ExecuteNonQuery);
            Volatile.Write(ref _largest, Math.Max(_largest, checkpoint.Size));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _connection?.Dispose();
        }
    }

    private static T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            throw new LogException(LogErrors.Database, FileName, e.Message, e);
        }
    }

    private static SqliteConnection Connect(string path)
    {
        SqliteConnection connection = LogSchema.Connect(path, SqliteOpenMode.ReadWriteCreate);
        using SqliteCommand command = connection.CreateCommand();

        // A cosignature that a power cut loses can be had again, a little later.
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS cosigned (size INTEGER PRIMARY KEY, note BLOB NOT NULL);";
        try
        {
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The checkpoints of the rows; rows that the log's key didn't sign are passed over.</summary>
    private List<LogCheckpoint> Query(string sql, ulong size)
    {
        lock (_gate)
        {
            if (_connection is null)
            {
                return [];
            }

            using SqliteCommand command = _connection.CreateCommand();
            command.CommandText = sql;
            command.Parameters.AddWithValue("$size", checked((long)size));
            return Try(() =>
            {
                List<LogCheckpoint> found = [];
                using SqliteDataReader rows = command.ExecuteReader();
                while (rows.Read())
                {
                    if (SignedCheckpoint.TryRead(rows.GetFieldValue<byte[]>(0), _key, out _) is { } checkpoint)
                    {
                        found.Add(checkpoint);
                    }
                }

                return found;
            });
        }
    }
}
