using Assay.Files;
using Microsoft.Data.Sqlite;

namespace Assay.Node.Storing;

/// <summary>A database in the node's folder: its owner's alone, and what is committed is on the disk.</summary>
internal static class NodeDatabase
{
    /// <summary>Opens one, and makes it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">The version of its tables.</param>
    /// <param name="tables">Makes them.</param>
    /// <param name="settings">Pragmas besides the usual ones.</param>
    /// <param name="upgrade">Brings older tables of this version up to date, in the same transaction.</param>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    internal static SqliteConnection Open(string path, int version, string tables, string settings, Action<SqliteConnection> upgrade)
    {
        if (!File.Exists(path))
        {
            // Who asks and pays for what is nobody else's business on this machine.
            OwnerOnlyFile.Write(path, []);
        }

        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;" + settings);
            using WriteTransaction transaction = new(connection);
            long found = Read(connection, "PRAGMA user_version");
            if (found == 0)
            {
                Run(connection, $"{tables} PRAGMA user_version={version};");
            }
            else if (found != version)
            {
                throw new InvalidDataException($"{path} is of version {found}; this program knows {version}");
            }

            upgrade(connection);
            transaction.Commit();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements.</summary>
    internal static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Reads one number.</summary>
    internal static long Read(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
