using Assay.Log.Checking;
using Assay.Primitives.Notes;
using Microsoft.Data.Sqlite;

namespace Assay.Log.Tests;

/// <summary>Every part of a log's folder is changed, and the change is found and named.</summary>
public sealed class TamperTests
{
    private const int Size = TestLog.PreparedSize;

    public static TheoryData<string, string> Files => new()
    {
        { "public/checkpoint", LogErrors.PublishedCheckpoint },
        { "public/tile/0/000", LogErrors.Tile },
        { "public/tile/0/001", LogErrors.Tile },
        { "public/tile/0/002.p/88", LogErrors.Tile },
        { "public/tile/1/000.p/2", LogErrors.Tile },
        { "public/tile/entries/000", LogErrors.Bundle },
        { "public/tile/entries/001", LogErrors.Bundle },
        { "public/tile/entries/002.p/88", LogErrors.Bundle },
    };

    public static TheoryData<string, string, string> Edits => new()
    {
        { "UPDATE entries SET entry = x'00' WHERE idx = 3", LogErrors.Entry, "entries[3]" },
        { "UPDATE entries SET entry = x'00' WHERE idx = 599", LogErrors.Entry, "entries[599]" },
        { "DELETE FROM entries WHERE idx = 7", LogErrors.EntryGap, "entries[7]" },
        { "DELETE FROM entries WHERE idx >= 590", LogErrors.Shrunk, "entries" },
        { "DELETE FROM entries", LogErrors.Shrunk, "entries" },
        { "DELETE FROM receipts WHERE log_idx = 9", LogErrors.Counter, "receipts[12]" },
        { "DELETE FROM receipts WHERE log_idx = 599", LogErrors.Counter, "counters[key-2]" },
        { "UPDATE receipts SET log_idx = 5000 WHERE log_idx = 599", LogErrors.Receipt, "receipts[5000]" },
        { "UPDATE receipts SET record_at = record_at + 1 WHERE log_idx = 11", LogErrors.Receipt, "receipts[11]" },
        { "UPDATE receipts SET record_at = 1000000000 WHERE log_idx = 11", LogErrors.Receipt, "receipts[11]" },
        { "UPDATE receipts SET record_bytes = -1 WHERE log_idx = 11", LogErrors.Receipt, "receipts[11]" },
        { "UPDATE receipts SET record_at = NULL, record = x'00' WHERE log_idx = 11", LogErrors.Receipt, "receipts[11]" },
        { "UPDATE state SET journal_end = journal_end - 1", LogErrors.Journal, "journal" },
        { "UPDATE state SET journal_end = journal_end + 1", LogErrors.Journal, "journal" },
        { "UPDATE receipts SET counter = 77 WHERE log_idx = 598", LogErrors.Counter, "receipts[598]" },
        { "UPDATE counters SET last = 10 WHERE api_key = 'key-1'", LogErrors.Counter, "counters[key-1]" },
        { "DELETE FROM counters WHERE api_key = 'key-1'", LogErrors.Counter, "counters[key-1]" },
        { "UPDATE state SET size = 599", LogErrors.Checkpoint, "state" },
        { "UPDATE state SET checkpoint = x'00'", LogErrors.Checkpoint, "state" },
        { "UPDATE state SET vkey = 'someone+00000000+AAAA'", LogErrors.Key, "state" },
        { "DELETE FROM state", LogErrors.Database, "state" },
        { "DROP TABLE entries", LogErrors.Database, "log.db" },
        { "PRAGMA application_id = 7", LogErrors.Database, "log.db" },
        { "PRAGMA user_version = 99", LogErrors.DatabaseVersion, "log.db" },
    };

    [Fact]
    public async Task Fsck_UntouchedLog_IsCleanAndChangesNothing()
    {
        using TestLog test = await TestLog.PrepareAsync();
        SortedDictionary<string, string> before = Hashes(test);
        FsckReport report = Check(test);
        Assert.Empty(report.Findings);
        Assert.Equal(FsckOutcome.Clean, report.Outcome);
        Assert.Equal(TestLog.Origin, report.Origin);
        Assert.Equal((ulong)Size, report.Entries);
        Assert.Equal((ulong)Size, report.Checkpoint!.Size);
        Assert.Equal(Size - 1UL, report.Receipts);
        Assert.Equal([FsckNotChecked.SplitView], report.NotChecked);
        Assert.Equal(
            [FsckNotChecked.SplitView, FsckNotChecked.Key, FsckNotChecked.Receipts], Fsck.Run(test.Folder).NotChecked);
        Assert.Equal(before, Hashes(test));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FileChanged_OpeningRefusesAndFsckNamesIt(string file, string code)
    {
        using TestLog test = await TestLog.PrepareAsync();
        foreach (int where in new[] { 0, 1, 2 })
        {
            byte[] good = File.ReadAllBytes(test.PathOf(file));
            byte[] bad = [.. good];
            bad[where * (bad.Length - 1) / 2] ^= 0x10;
            File.WriteAllBytes(test.PathOf(file), bad);
            AssertFound(test, code, file, onlyFinding: true);
            AssertRefused(test, file);
            File.WriteAllBytes(test.PathOf(file), good);
        }

        await using TiledLog log = test.Open();
        Assert.Equal((ulong)Size, log.Size);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FileCutLengthenedOrEmptied_OpeningRefusesAndFsckNamesIt(string file, string code)
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] good = File.ReadAllBytes(test.PathOf(file));
        foreach (byte[] bad in new byte[][] { good[..^1], good[..^32], [.. good, 0], [.. good, .. good], [] })
        {
            File.WriteAllBytes(test.PathOf(file), bad);
            FsckReport report = Check(test);
            Assert.Contains(report.Findings, finding => finding.Subject == file && finding.Code.StartsWith(code, StringComparison.Ordinal));
            AssertRefused(test, file);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FileMissing_FsckNamesIt(string file, string code)
    {
        using TestLog test = await TestLog.PrepareAsync();
        File.Delete(test.PathOf(file));
        LogFinding finding = Assert.Single(Check(test).Findings);
        Assert.Equal(file, finding.Subject);
        Assert.StartsWith(code, finding.Code, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task DatabaseEdited_FsckNamesTheRow(string sql, string code, string subject)
    {
        using TestLog test = await TestLog.PrepareAsync();
        Edit(test, sql);
        AssertFound(test, code, subject);
    }

    [Theory]
    [InlineData("UPDATE endorsements SET record_at = record_at + 1", "endorsements[600]")]
    [InlineData("UPDATE endorsements SET receipt_id = x'00000000000000000000000000000000'", "endorsements[600]")]
    [InlineData("UPDATE endorsements SET log_idx = 2", "endorsements[2]")]
    [InlineData("UPDATE endorsements SET log_idx = 601", "endorsements[601]")]
    public async Task EndorsementEdited_FsckNamesTheRow(string sql, string subject)
    {
        using TestLog test = await TestLog.PrepareAsync();
        await using (TiledLog log = test.Open())
        {
            using LogBatch batch = log.BeginBatch();
            batch.Append([1], TestLog.Id(7), [5]);
            batch.Commit();
        }

        FsckOptions options = new()
        {
            Key = TestLog.Signer.VerifierKey,
            CheckEndorsement = (about, endorsement, entry) =>
                about == TestLog.Id(7) && endorsement.Record is [5] && entry is [1] ? null : "it isn't what was endorsed",
        };
        Assert.Empty(Fsck.Run(test.Folder, options).Findings);
        Assert.DoesNotContain(FsckNotChecked.Endorsements, Fsck.Run(test.Folder, options).NotChecked);
        Assert.Contains(FsckNotChecked.Endorsements, Fsck.Run(test.Folder).NotChecked);
        Edit(test, sql);
        LogFinding finding = Assert.Single(Fsck.Run(test.Folder, options).Findings);
        Assert.Equal((LogErrors.Endorsement, subject), (finding.Code, finding.Subject));
    }

    [Theory]
    [InlineData("UPDATE entries SET entry = x'00' WHERE idx = 599", LogErrors.Entry)]
    [InlineData("DELETE FROM entries WHERE idx = 599", LogErrors.Shrunk)]
    [InlineData("DELETE FROM entries", LogErrors.Shrunk)]
    [InlineData("UPDATE state SET size = 599", LogErrors.Checkpoint)]
    [InlineData("UPDATE state SET vkey = 'someone+00000000+AAAA'", LogErrors.Key)]
    [InlineData("DELETE FROM state", LogErrors.Database)]
    [InlineData("DROP TABLE entries", LogErrors.Database)]
    [InlineData("UPDATE state SET journal_end = journal_end + 1", LogErrors.Journal)]
    [InlineData("UPDATE state SET journal_end = 0", LogErrors.Journal)]
    [InlineData("PRAGMA application_id = 7", LogErrors.Database)]
    [InlineData("PRAGMA user_version = 99", LogErrors.DatabaseVersion)]
    public async Task DatabaseEdited_OpeningRefuses(string sql, string code)
    {
        using TestLog test = await TestLog.PrepareAsync();
        Edit(test, sql);
        Assert.Equal(code, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task DatabasePutBackToAnOlderState_OpeningRefusesAndFsckSaysSo()
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] old = File.ReadAllBytes(test.PathOf("log.db"));
        await using (TiledLog log = test.Open())
        {
            TestLog.Append(log, 10);
        }

        File.WriteAllBytes(test.PathOf("log.db"), old);
        AssertFound(test, LogErrors.RolledBack, "log.db");
        Assert.Equal(LogErrors.RolledBack, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task DatabaseAndCheckpointPutBack_OtherEntriesAreNotPutOverTheStagedTiles()
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] oldDatabase = File.ReadAllBytes(test.PathOf("log.db"));
        byte[] oldJournal = File.ReadAllBytes(test.PathOf("journal"));
        byte[] oldCheckpoint = File.ReadAllBytes(test.PathOf("public/checkpoint"));
        await using (TiledLog log = test.Open())
        {
            TestLog.Append(log, 10);
        }

        File.WriteAllBytes(test.PathOf("log.db"), oldDatabase);
        File.WriteAllBytes(test.PathOf("journal"), oldJournal);
        File.WriteAllBytes(test.PathOf("public/checkpoint"), oldCheckpoint);
        await using TiledLog reopened = test.Open();
        using (LogBatch batch = reopened.BeginBatch())
        {
            for (int i = 0; i < 10; i++)
            {
                batch.Append([(byte)i]);
            }

            batch.Commit();
        }

        LogException e = await Assert.ThrowsAsync<LogException>(() => reopened.IntegrateAsync());
        Assert.Contains(LogErrors.TileConflict, e.Message, StringComparison.Ordinal);
        Assert.Equal((ulong)Size, reopened.Checkpoint.Size);
        Assert.Equal(oldCheckpoint, File.ReadAllBytes(test.PathOf("public/checkpoint")));
    }

    [Fact]
    public async Task CheckpointOfAnotherTree_OpeningRefusesAndFsckSaysSo()
    {
        using TestLog test = await TestLog.PrepareAsync();
        Checkpoint other = new(TestLog.Origin, 500, Primitives.Digest32.Sha256([1]));
        File.WriteAllBytes(test.PathOf("public/checkpoint"), TestLog.Signer.Sign(other.Format()).Encode());
        AssertFound(test, LogErrors.Fork, "public/checkpoint", onlyFinding: true);
        Assert.Equal(LogErrors.Fork, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task AnotherKeyOrOrigin_OpeningRefusesAndFsckSaysSo()
    {
        using TestLog test = await TestLog.PrepareAsync();
        foreach (NoteSigner signer in new[] { new NoteSigner(TestLog.Origin, new byte[32]), new NoteSigner("other.example", new byte[32]) })
        {
            LogOptions options = new() { Signer = signer };
            Assert.Equal(LogErrors.Key, Assert.Throws<LogException>(() => TiledLog.Open(test.Folder, options)).Code);
            FsckReport report = Fsck.Run(test.Folder, new FsckOptions { Key = signer.VerifierKey });
            Assert.Equal(LogErrors.Key, report.Findings[0].Code);
        }
    }

    [Fact]
    public async Task EntryTileAndBundleChangedTogether_AreFoundFromTheRootDown()
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] entry = [.. "forged"u8];
        Edit(test, $"UPDATE entries SET entry = x'{Convert.ToHexString(entry)}' WHERE idx = 300");
        byte[] tile = File.ReadAllBytes(test.PathOf("public/tile/0/001"));
        Primitives.Merkle.MerkleTree.LeafHash(entry).CopyTo(tile.AsSpan(44 * 32));
        File.WriteAllBytes(test.PathOf("public/tile/0/001"), tile);
        AssertFound(test, LogErrors.Tile, "public/tile/0/001");
        Assert.Equal(LogErrors.Tile, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task TileChangedWhileOpen_NoProofIsMadeOfIt()
    {
        using TestLog test = await TestLog.PrepareAsync();
        LogOptions options = new() { Signer = TestLog.Signer, TilesCheckedOnOpen = 0, IntegratesInBackground = false };
        await using TiledLog log = TiledLog.Open(test.Folder, options);
        byte[] tile = File.ReadAllBytes(test.PathOf("public/tile/0/000"));
        tile[100] ^= 1;
        File.WriteAllBytes(test.PathOf("public/tile/0/000"), tile);
        LogException e = Assert.Throws<LogException>(() => log.GetProof(5));
        Assert.Equal((LogErrors.Tile, "public/tile/0/000"), (e.Code, e.Subject));
        Assert.NotNull(log.GetProof(599));
    }

    [Fact]
    public async Task StrayFiles_FsckNamesThem()
    {
        using TestLog test = await TestLog.PrepareAsync();
        foreach (string stray in new[] { "public/notes.txt", "public/tile/0/0000", "public/tile/9/000", "public/tile/0/000.p/x" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(test.PathOf(stray))!);
            File.WriteAllText(test.PathOf(stray), "?");
            AssertFound(test, LogErrors.StrayFile, stray, onlyFinding: true);
            File.Delete(test.PathOf(stray));
        }

        // An old partial tile may stay, but only as it was.
        Directory.CreateDirectory(test.PathOf("public/tile/0/000.p"));
        byte[] full = File.ReadAllBytes(test.PathOf("public/tile/0/000"));
        File.WriteAllBytes(test.PathOf("public/tile/0/000.p/3"), full[..96]);
        Assert.Empty(Check(test).Findings);
        File.WriteAllBytes(test.PathOf("public/tile/0/000.p/3"), full[32..128]);
        AssertFound(test, LogErrors.Tile, "public/tile/0/000.p/3", onlyFinding: true);
    }

    [Fact]
    public async Task DatabaseWithFlippedBits_NeitherOpeningNorFsckThrowsAnythingElse()
    {
        using TestLog test = new();
        await test.FillAsync(60);
        byte[] good = File.ReadAllBytes(test.PathOf("log.db"));
        Random random = new(1);
        int found = 0;
        int refused = 0;
        for (int i = 0; i < 150; i++)
        {
            byte[] bad = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.Delete(test.PathOf("log.db-wal"));
            File.Delete(test.PathOf("log.db-shm"));
            File.WriteAllBytes(test.PathOf("log.db"), bad);
            found += Check(test).Outcome == FsckOutcome.Damaged ? 1 : 0;
            try
            {
                await using TiledLog log = test.Open();
            }
            catch (LogException)
            {
                refused++;
            }
        }

        Assert.InRange(found, 15, 150);
        Assert.InRange(refused, 10, found);
    }

    [Fact]
    public async Task TileOfThreeLevelsChanged_OpeningRefusesAndFsckNamesIt()
    {
        using TestLog test = new();
        await test.FillAsync(256 * 258);
        foreach (string file in new[] { "public/tile/0/003", "public/tile/1/000", "public/tile/1/001.p/2", "public/tile/2/000.p/1" })
        {
            byte[] good = File.ReadAllBytes(test.PathOf(file));
            byte[] bad = [.. good];
            bad[3] ^= 1;
            File.WriteAllBytes(test.PathOf(file), bad);
            LogFinding finding = Assert.Single(Fsck.Run(test.Folder).Findings);
            Assert.Equal((LogErrors.Tile, file), (finding.Code, finding.Subject));
            Assert.Equal(file, Assert.Throws<LogException>(() => test.Open()).Subject);
            File.WriteAllBytes(test.PathOf(file), good);
        }

        await using TiledLog log = test.Open();
        Assert.Equal(256UL * 258, log.Size);
    }

    [Fact]
    public async Task Create_AfterACrashOfCreate_StartsAfresh()
    {
        using TestLog test = new();
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 1);
            File.Copy(test.PathOf("log.db"), test.PathOf("log.db.new"));
        }

        Directory.Delete(test.PathOf("public"), recursive: true);
        File.Delete(test.PathOf("log.db"));
        File.WriteAllText(test.PathOf("log.db.new-journal"), "half a journal");
        File.WriteAllText(test.PathOf("log.db-wal"), "an old write-ahead log");
        Assert.Equal(LogErrors.Exists, Assert.Throws<LogException>(() => test.Create()).Code);
        File.Delete(test.PathOf("log.db-wal"));
        Assert.Equal(LogErrors.Exists, Assert.Throws<LogException>(() => test.Create()).Code);

        // Without frames it is what the crash left.
        File.WriteAllBytes(test.PathOf("journal"), File.ReadAllBytes(test.PathOf("journal"))[..20]);
        await using TiledLog again = test.Create();
        Assert.Equal(1UL, again.Size);
    }

    [Fact]
    public void NoLog_IsSaid()
    {
        using TestLog test = new();
        Assert.Equal(LogErrors.Missing, Assert.Throws<LogException>(() => test.Open()).Code);
        Assert.Equal(FsckOutcome.CannotEvaluate, Fsck.Run(test.Folder).Outcome);
        Assert.Equal(FsckOutcome.CannotEvaluate, Fsck.Run(test.PathOf("nowhere")).Outcome);
        Assert.Empty(Directory.EnumerateFileSystemEntries(test.Folder));
    }

    [Fact]
    public async Task OpenOrCreate_LogOpenOrThere_IsRefused()
    {
        using TestLog test = new();
        await using (TiledLog log = test.Create())
        {
            Assert.Equal(LogErrors.Locked, Assert.Throws<LogException>(() => test.Open()).Code);
            Assert.Equal(LogErrors.Locked, Assert.Throws<LogException>(() => test.Create()).Code);
        }

        Assert.Equal(LogErrors.Exists, Assert.Throws<LogException>(() => test.Create()).Code);
        File.Delete(test.PathOf("log.db"));
        Assert.Equal(LogErrors.Exists, Assert.Throws<LogException>(() => test.Create()).Code);
        Assert.Equal(LogErrors.Missing, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    private static FsckReport Check(TestLog test) => Fsck.Run(test.Folder, new FsckOptions
    {
        Key = TestLog.Signer.VerifierKey,
        CheckReceipt = (receipt, entry) =>
            receipt.Record is [.., byte last] && last == (byte)receipt.LogIndex && entry.AsSpan().SequenceEqual(TestLog.Entry(receipt.LogIndex))
                ? null
                : "the record isn't that of the entry",
    });

    private static void AssertFound(TestLog test, string code, string subject, bool onlyFinding = false)
    {
        FsckReport report = Check(test);
        Assert.Equal(FsckOutcome.Damaged, report.Outcome);
        Assert.Contains(report.Findings, finding => finding.Code == code && finding.Subject.StartsWith(subject, StringComparison.Ordinal));
        Assert.True(!onlyFinding || report.Findings.Count == 1, string.Join('\n', report.Findings));
    }

    private static void AssertRefused(TestLog test, string file)
    {
        // The entries of tiles that are already full are the tree's business only when they are read.
        if (file is "public/tile/entries/000" or "public/tile/entries/001")
        {
            return;
        }

        Assert.Equal(file, Assert.Throws<LogException>(() => test.Open()).Subject);
    }

    private static void Edit(TestLog test, string sql)
    {
        using SqliteConnection connection = new($"Data Source={test.PathOf("log.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SortedDictionary<string, string> Hashes(TestLog test) => new(Directory
        .EnumerateFiles(test.Folder, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith("-wal", StringComparison.Ordinal))
        .ToDictionary(file => file, file => Primitives.Digest32.Sha256(File.ReadAllBytes(file)).ToString()));
}
