using Assay.Log.Checking;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Tests;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Open_DatabaseOfFormat2_IsUpgradedInPlace()
    {
        using TestLog test = await TestLog.PrepareAsync();
        MakeFormat2(test);
        Assert.Empty(Fsck.Run(test.Folder, new FsckOptions { Key = TestLog.Signer.VerifierKey }).Findings);
        for (ulong i = 0; i < 2; i++)
        {
            await using TiledLog log = test.Open();
            Assert.Equal(TestLog.PreparedSize + i, log.Size);
            Assert.Equal((int)i, log.GetEndorsements(TestLog.Id(7)).Count);
            using LogBatch batch = log.BeginBatch();
            batch.Append([1], TestLog.Id(7), [2]);
            batch.Commit();
        }

        Assert.Empty(Fsck.Run(test.Folder, new FsckOptions { Key = TestLog.Signer.VerifierKey }).Findings);
    }

    private static void MakeFormat2(TestLog test)
    {
        using SqliteConnection connection = new($"Data Source={test.PathOf("log.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "DROP TABLE endorsements; PRAGMA user_version = 2";
        command.ExecuteNonQuery();
    }
}
