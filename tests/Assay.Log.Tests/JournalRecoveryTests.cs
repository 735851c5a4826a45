using Assay.Log.Checking;
using Assay.Log.Storage;

namespace Assay.Log.Tests;

/// <summary>What opening makes of a journal that the database hasn't taken over: what is whole stays, what was torn goes, and it knows which is which.</summary>
public sealed class JournalRecoveryTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Opening_PowerFailsAfterAKillBeforeTheSync_ComesUpAgain()
    {
        // The process dies between write and sync: the last frame is in the system's memory only.
        FolderImage? killed = null;
        FolderImage? synced = null;
        using (TestLog test = new())
        {
            await using TiledLog log = test.Create(step =>
            {
                killed = step == "commit inserted" ? FolderImage.Take(test.Folder) : killed;
                synced = step == "commit durable" && killed!.File("journal")!.Length < 3000 ? FolderImage.Take(test.Folder) : synced;
            });
            TestLog.Append(log, 10);
            TestLog.Append(log, 100);
        }

        Assert.True(synced!.File("journal")!.Length < killed!.File("journal")!.Length);
        using TestLog reopened = new();
        killed.WriteTo(reopened.Folder);
        List<(string Step, FolderImage Image)> moments = [];
        void Note(string step)
        {
            FolderImage now = FolderImage.Take(reopened.Folder);
            synced = step == "journal durable" ? now : synced;
            moments.Add((step, now.With("journal", synced)));
        }

        await using (TiledLog log = reopened.Open(Note))
        {
            Assert.Equal(111UL, log.Size);
            Note("opened");
        }

        Note("closed");
        Assert.Equal(["folder synced", "journal rewritten", "journal durable"], moments.Take(3).Select(moment => moment.Step));
        foreach ((string step, FolderImage image) in moments)
        {
            using TestLog test = new();
            image.WriteTo(test.Folder);
            await using TiledLog log = test.Open();
            Assert.True(log.Size is 11 or 111, step);
        }
    }

    [Fact]
    public async Task Opening_FramesNotTakenOver_AreWrittenAgainInPlace()
    {
        // After a sync that failed the system may take pages for clean that aren't on the disk: only writing makes them dirty again.
        (FolderImage image, _) = await CrashAsync();
        using TestLog test = new();
        image.WriteTo(test.Folder);
        DateTime old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < 2; i++)
        {
            File.SetLastWriteTimeUtc(test.PathOf("journal"), old);
            await using (TiledLog log = test.Open())
            {
                Assert.Equal(31UL, log.Size);
            }

            Assert.Equal(i == 0, File.GetLastWriteTimeUtc(test.PathOf("journal")) != old);
            Assert.Equal(image.File("journal"), File.ReadAllBytes(test.PathOf("journal")));
        }
    }

    [Fact]
    public async Task JournalMissing_BeforeTheFirstTakeOver_OpeningRefuses()
    {
        (FolderImage image, _) = await CrashAsync();
        using TestLog test = new();
        image.With("journal", null).WriteTo(test.Folder);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
        Assert.False(File.Exists(test.PathOf("journal")));
        Assert.Contains(Fsck.Run(test.Folder).Findings, finding => finding.Code == LogErrors.Journal);

        File.WriteAllBytes(test.PathOf("journal"), []);
        Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
    }

    [Fact]
    public async Task FrameDamagedInTheMiddle_OpeningRefusesAndChangesNothing()
    {
        (FolderImage image, long[] begins) = await CrashAsync();
        byte[] good = image.File("journal")!;
        int first = (int)begins[0];
        int second = (int)begins[1];
        int third = (int)begins[2];
        List<byte[]> damaged = [];

        // Any bit of a head, and of what follows it.
        for (int at = second; at < second + 64; at++)
        {
            damaged.Add(With(good, journal => journal[at] ^= (byte)(1 << (at % 8))));
        }

        damaged.Add(With(good, journal => journal.AsSpan(second, 48).Clear()));
        damaged.Add(With(good, journal => journal.AsSpan(first, second - first + 50).Clear()));
        damaged.Add(With(good, journal => journal.AsSpan(second - 20, 100).Clear()));

        // Neighbours: the content of both, the head of one and the content of the next, the last one too.
        damaged.Add(With(good, journal => journal[first + 100] = journal[second + 100] ^= 1));
        damaged.Add(With(good, journal => journal[first] = journal[second + 100] ^= 1));
        damaged.Add(With(good, journal => journal[second] = journal[third + 100] ^= 1));
        damaged.Add(With(good, journal => journal[second + 100] = journal[third] ^= 1));
        damaged.Add([.. With(good, journal => journal[second + 10] ^= 1).AsSpan(..^5)]);
        foreach (byte[] journal in damaged)
        {
            using TestLog test = new();
            image.WriteTo(test.Folder);
            File.WriteAllBytes(test.PathOf("journal"), journal);
            Assert.Equal(LogErrors.Journal, Assert.Throws<LogException>(() => test.Open()).Code);
            Assert.Equal(journal, File.ReadAllBytes(test.PathOf("journal")));
        }
    }

    [Fact]
    public async Task TornFrame_IsKeptBesideTheJournal()
    {
        (FolderImage image, long[] begins) = await CrashAsync();
        byte[] torn = image.File("journal")![..^7];
        using TestLog test = new();
        image.WriteTo(test.Folder);
        for (int i = 0; i < 3; i++)
        {
            if (i == 2)
            {
                torn[^1] ^= 1;
            }

            File.WriteAllBytes(test.PathOf("journal"), torn);
            await using TiledLog log = test.Open();
            Assert.Equal(21UL, log.Size);
        }

        // The same bytes once more aren't kept twice, others are.
        string path = test.PathOf($"journal.cut-{begins[2]}");
        Assert.Equal([path, path + "-2"], Directory.GetFiles(test.Folder, "journal.cut*").Order(StringComparer.Ordinal));
        Assert.Equal(torn[(int)begins[2]..], File.ReadAllBytes(path + "-2"));
        torn[^1] ^= 1;
        Assert.Equal(torn[(int)begins[2]..], File.ReadAllBytes(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task TornFrame_WithFramesInARecordThatACallerChose_IsCutOffAllTheSame()
    {
        // All but the salt is public.
        byte[] embedded = new byte[JournalFrame.HeadSize + 3];
        JournalFrame.Seal(embedded, new byte[JournalFrame.SaltSize], 1000, 0);
        using TestLog test = new();
        FolderImage image;
        long begin;
        await using (TiledLog log = test.Create())
        {
            begin = new FileInfo(test.PathOf("journal")).Length;
            using (LogBatch batch = log.BeginBatch())
            {
                batch.Fill(batch.Reserve("key"), TestLog.Id(1), [.. embedded, .. "assay/j2"u8], [.. embedded, .. embedded]);
                batch.Commit();
            }

            image = FolderImage.Take(test.Folder);
        }

        using TestLog torn = new();
        image.WriteTo(torn.Folder);
        File.WriteAllBytes(torn.PathOf("journal"), With(image.File("journal")!, journal => journal.AsSpan((int)begin, JournalFrame.HeadSize).Clear()));
        await using TiledLog reopened = torn.Open();
        Assert.Equal(1UL, reopened.Size);
        Assert.Equal(begin, new FileInfo(torn.PathOf("journal")).Length);
    }

    [Fact]
    public void HeadDamaged_NextOneFarBehind_IsFoundWhereverItBegins()
    {
        for (int length = (1 << 20) - 110; length < (1 << 20) + 10; length += 3)
        {
            using TestLog test = new();
            Journal.Create(test.Folder);
            using (Journal journal = Journal.Open(test.Folder, isWritable: true)!)
            {
                journal.Append(1, [new LogRow { Entry = [], Endorsement = new LogRowEndorsement(TestLog.Id(1), new byte[length]) }], 0, null);
                journal.Append(2, [new LogRow { Entry = [1] }], 0, null);
            }

            byte[] bytes = File.ReadAllBytes(test.PathOf("journal"));
            bytes[Journal.HeaderSize + 17] ^= 8;
            File.WriteAllBytes(test.PathOf("journal"), bytes);
            using Journal damaged = Journal.Open(test.Folder, isWritable: true)!;
            Assert.Empty(damaged.ReadFrames(Journal.HeaderSize));
            Assert.Throws<LogException>(() => damaged.CutTornEnd(1));
            Assert.Equal(bytes.Length, damaged.Length);
        }
    }

    private static byte[] With(byte[] journal, Action<byte[]> change)
    {
        byte[] changed = [.. journal];
        change(changed);
        return changed;
    }

    /// <summary>What a crash leaves after three commits of ten that the database hasn't taken over, and where each of them begins.</summary>
    private static async Task<(FolderImage Image, long[] Begins)> CrashAsync()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        List<long> begins = [];
        for (int i = 0; i < 3; i++)
        {
            begins.Add(new FileInfo(test.PathOf("journal")).Length);
            TestLog.Append(log, 10, 10);
        }

        return (FolderImage.Take(test.Folder), [.. begins]);
    }
}
