using Assay.Log.Checking;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Tests;

public sealed class UpgradeTests
{
    private static readonly FsckOptions Options = new()
    {
        Key = TestLog.Signer.VerifierKey,
        CheckReceipt = (receipt, _) => receipt.Record is [.., byte last] && last == (byte)receipt.LogIndex ? null : "the record isn't that of the entry",
    };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Open_DatabaseOfAnOlderFormat_IsUpgradedInPlace(int format)
    {
        using TestLog test = await TestLog.PrepareAsync();
        MakeOld(test, format);
        LogFinding finding = Assert.Single(Fsck.Run(test.Folder, Options).Findings);
        Assert.Equal(LogErrors.DatabaseVersion, finding.Code);
        Assert.Contains("assay serve", finding.Detail, StringComparison.Ordinal);
        for (int i = 0; i < 2; i++)
        {
            await using TiledLog log = test.Open();
            Assert.Equal((ulong)(TestLog.PreparedSize + (2 * i)), log.Size);
            Assert.Equal([.. "record "u8, 17], log.GetReceipt(TestLog.Id(17))!.Record);
            Assert.Equal(i, log.GetEndorsements(TestLog.Id(7)).Count);
            using LogBatch batch = log.BeginBatch();
            TestLog.AddReceipt(batch);
            batch.Append([1], TestLog.Id(7), [2]);
            batch.Commit();
        }

        Assert.Empty(Fsck.Run(test.Folder, Options).Findings);
    }

    [Fact]
    public async Task Open_OlderFormatWithAJournal_IsUpgradedOnlyIfThatHasNoFrames()
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] journal = File.ReadAllBytes(test.PathOf("journal"));
        MakeOld(test, 3);
        File.WriteAllBytes(test.PathOf("journal"), journal);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
        Assert.Equal(journal, File.ReadAllBytes(test.PathOf("journal")));

        // What an upgrade leaves that was killed between the journal and the database.
        File.WriteAllBytes(test.PathOf("journal"), journal[..20]);
        await using (TiledLog log = test.Open())
        {
            TestLog.Append(log, 1);
        }

        Assert.Empty(Fsck.Run(test.Folder, Options).Findings);
    }

    [Fact]
    public async Task Open_JournalWithoutSalt_IsRefusedByItsFormat()
    {
        using TestLog test = await TestLog.PrepareAsync();
        using (SqliteConnection connection = new($"Data Source={test.PathOf("log.db")};Pooling=False"))
        {
            connection.Open();
            Run(connection, "PRAGMA user_version = 4");
        }

        Assert.Equal(LogErrors.DatabaseVersion, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    private static void MakeOld(TestLog test, int format)
    {
        using SqliteConnection connection = new($"Data Source={test.PathOf("log.db")};Pooling=False");
        connection.Open();
        for (int i = 1; i < TestLog.PreparedSize; i++)
        {
            Run(connection, $"UPDATE receipts SET record = x'{Convert.ToHexString([.. "record "u8, (byte)i])}' WHERE log_idx = {i}");
        }

        foreach (string column in new[] { "state DROP COLUMN journal_end", "receipts DROP COLUMN record_at", "receipts DROP COLUMN record_bytes" })
        {
            Run(connection, $"ALTER TABLE {column}");
        }

        Run(connection, format == 2
            ? "DROP TABLE endorsements"
            : "ALTER TABLE endorsements DROP COLUMN record_at; ALTER TABLE endorsements DROP COLUMN record_bytes");
        Run(connection, $"PRAGMA user_version = {format}");
        File.Delete(test.PathOf("journal"));
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
