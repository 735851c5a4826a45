using Assay.Log.Checking;
using Assay.Log.Storage;
using Assay.Testing;

namespace Assay.Log.Tests;

/// <summary>The journal after crashes, power cuts, disk errors and meddling.</summary>
public sealed class JournalTests
{
    private static readonly FsckOptions Options = new() { Key = TestLog.Signer.VerifierKey };

    [Fact]
    public async Task TornLastFrame_CutAtEveryLength_IsDroppedAndAllBeforeItStays()
    {
        (FolderImage image, long start) = await CrashAsync();
        byte[] journal = image.File("journal")!;
        for (int length = (int)start; length < journal.Length; length += length < start + 40 || length > journal.Length - 40 ? 3 : 401)
        {
            await CheckDroppedAsync(image, journal[..length], start);
        }
    }

    [Fact]
    public async Task TornLastFrame_AnyPartNotWritten_IsDroppedAndAllBeforeItStays()
    {
        (FolderImage image, long start) = await CrashAsync();
        byte[] journal = image.File("journal")!;
        Random random = new(3);
        for (int i = 0; i < 20; i++)
        {
            byte[] torn = [.. journal];
            int from = random.Next((int)start, torn.Length);
            torn.AsSpan(from, random.Next(1, torn.Length - from + 1)).Clear();
            if (!torn.AsSpan().SequenceEqual(journal))
            {
                await CheckDroppedAsync(image, torn, start);
            }
        }

        byte[] flipped = [.. journal];
        flipped[random.Next((int)start, flipped.Length)] ^= 4;
        await CheckDroppedAsync(image, flipped, start);
    }

    [Fact]
    public async Task EarlierFrameDamaged_OpeningRefuses()
    {
        (FolderImage image, long start) = await CrashAsync();
        byte[] journal = image.File("journal")!;
        using TestLog test = new();
        image.WriteTo(test.Folder);
        journal[start - 1] ^= 1;
        File.WriteAllBytes(test.PathOf("journal"), journal);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
        Assert.Equal(journal, File.ReadAllBytes(test.PathOf("journal")));
    }

    [Fact]
    public async Task Damaged_FsckNamesIt()
    {
        using TestLog test = await TestLog.PrepareAsync();
        byte[] good = File.ReadAllBytes(test.PathOf("journal"));
        foreach (int where in new[] { 0, 9, 13, 20, 30, 40, good.Length / 2, good.Length - 1 })
        {
            byte[] bad = [.. good];
            bad[where] ^= 0x10;
            File.WriteAllBytes(test.PathOf("journal"), bad);
            LogFinding finding = Assert.Single(Fsck.Run(test.Folder, Options).Findings);
            Assert.Equal(LogErrors.Journal, finding.Code);
        }

        File.WriteAllBytes(test.PathOf("journal"), good[..^1]);
        Assert.Equal(LogErrors.Journal, Assert.Single(Fsck.Run(test.Folder, Options).Findings).Code);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
        File.Delete(test.PathOf("journal"));
        Assert.Equal("journal", Assert.Single(Fsck.Run(test.Folder, Options).Findings).Subject);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task FrameOfAnotherPlace_OpeningRefuses()
    {
        using TestLog test = await TestLog.PrepareAsync();
        using (Journal journal = Journal.Open(test.Folder, isWritable: true)!)
        {
            Assert.Single(journal.ReadFrames(Journal.HeaderSize));
            journal.Append(TestLog.PreparedSize + 1, [new LogRow { Entry = [1] }], 0, null);
        }

        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task Commit_MoreThanAFrameHolds_IsFoundAgain()
    {
        using TestLog test = new();
        byte[] record = new byte[3 << 20];
        for (int run = 0; run < 2; run++)
        {
            await using TiledLog log = run == 0 ? test.Create() : test.Open();
            if (run == 0)
            {
                using LogBatch batch = log.BeginBatch();
                for (byte i = 1; i < 6; i++)
                {
                    record[^1] = i;
                    batch.Fill(batch.Reserve("key"), TestLog.Id(i), [i], [.. record]);
                }

                batch.Commit();
            }

            for (byte i = 1; i < 6; i++)
            {
                record[^1] = i;
                Assert.Equal(record, log.GetReceipt(TestLog.Id(i))!.Record);
            }
        }

        Assert.Empty(Fsck.Run(test.Folder, Options).Findings);
        using Journal journal = Journal.Open(test.Folder, isWritable: false)!;
        Assert.Equal(5, journal.ReadFrames(Journal.HeaderSize).Count());
    }

    [Fact]
    public async Task ReceiptId_GivenBefore_IsRefusedWhereverItIsAndAnOlderNewOneIsNot()
    {
        foreach (bool isTakenOver in new[] { false, true })
        {
            using TestLog test = new();
            await using TiledLog log = test.Create();
            Commit(log, 10);
            Commit(log, 30);
            if (isTakenOver)
            {
                await log.IntegrateAsync();
            }

            Commit(log, 20);
            Commit(log, 31);
            Assert.Throws<LogException>(() => Commit(log, 10));
            Assert.Equal(5UL, log.Size);
        }

        using TestLog same = new();
        await using TiledLog another = same.Create();
        Assert.Throws<LogException>(() => Commit(another, 5, 5));
    }

    [Fact]
    public async Task GetEndorsements_SomeInTheDatabaseSomeNotYet_AreInOrder()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        Commit(log, 1);
        for (byte i = 0; i < 6; i++)
        {
            using (LogBatch batch = log.BeginBatch())
            {
                batch.Append([], TestLog.Id(1), [i]);
                batch.Commit();
            }

            if (i == 3)
            {
                await log.IntegrateAsync();
            }
        }

        Assert.Equal([2UL, 3, 4, 5, 6, 7], log.GetEndorsements(TestLog.Id(1)).Select(endorsement => endorsement.LogIndex));
        Assert.Equal([[0], [1], [2], [3], [4], [5]], log.GetEndorsements(TestLog.Id(1)).Select(endorsement => endorsement.Record));
    }

    [Fact]
    public async Task Frame_MutatedInputs_NeverThrowAndRowsStayInsideTheFrame()
    {
        (FolderImage image, long start) = await CrashAsync();
        byte[] journal = image.File("journal")!;
        byte[] small = journal[(int)start..][..JournalFrame.HeadSize];
        using TestLog test = new();
        List<byte[]> seeds = [small];
        Journal.Create(test.Folder);
        byte[] salt = File.ReadAllBytes(test.PathOf("journal"))[8..16];
        using (Journal fresh = Journal.Open(test.Folder, isWritable: true)!)
        {
            LogRow[] rows =
            [
                new() { Entry = [1, 2] },
                new() { Entry = [3], Receipt = new LogRowReceipt(TestLog.Id(1), "key", 7, [9, 9], new byte[] { 9 }) },
                new() { Entry = [], Endorsement = new LogRowEndorsement(TestLog.Id(1), [8]) },
            ];
            fresh.Append(5, rows, 1, null);
            seeds.Add(fresh.TryRead(Journal.HeaderSize, (int)fresh.End - Journal.HeaderSize)!);
        }

        foreach (bool isSealed in new[] { false, true })
        {
            FuzzRun.Run(seeds, input =>
            {
                if (isSealed && input.Length >= JournalFrame.HeadSize)
                {
                    JournalFrame.Seal(input, salt, 5, 1);
                }

                List<PendingRow>? rows = JournalFrame.TryRead(input, salt, 0);
                Assert.All(rows ?? [], row => Assert.InRange(row.RecordAt + row.RecordLength, 0, input.Length));
                return rows is not null;
            });
        }
    }

    private static void Commit(TiledLog log, params ReadOnlySpan<ulong> ids)
    {
        using LogBatch batch = log.BeginBatch();
        foreach (ulong id in ids)
        {
            batch.Fill(batch.Reserve("key"), TestLog.Id(id), [1], [2]);
        }

        batch.Commit();
    }

    /// <summary>What a crash leaves after three commits that the database hasn't taken over, and where the last one begins.</summary>
    private static async Task<(FolderImage Image, long LastFrame)> CrashAsync()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 20, 10);
        long start = new FileInfo(test.PathOf("journal")).Length;
        TestLog.Append(log, 10, 10);
        return (FolderImage.Take(test.Folder), start);
    }

    private static async Task CheckDroppedAsync(FolderImage image, byte[] journal, long start)
    {
        using TestLog test = new();
        image.WriteTo(test.Folder);
        File.WriteAllBytes(test.PathOf("journal"), journal);
        await using (TiledLog log = test.Open())
        {
            Assert.Equal(21UL, log.Size);
            Assert.Equal(start, new FileInfo(test.PathOf("journal")).Length);
            Assert.Equal([.. "record "u8, 20], log.GetReceipt(TestLog.Id(20))!.Record);
            Assert.Null(log.GetReceipt(TestLog.Id(21)));
            TestLog.Append(log, 1);
        }

        Assert.Empty(Fsck.Run(test.Folder, Options).Findings);
    }
}
