using Assay.Primitives;

namespace Assay.Log.Tests;

public sealed class BatchTests
{
    [Fact]
    public async Task Commit_Receipts_AreFoundAgainAlsoAfterReopening()
    {
        using TestLog test = new();
        StoredReceipt? before;
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 30, 7);
            before = log.GetReceipt(TestLog.Id(17));
        }

        await using TiledLog reopened = test.Open();
        StoredReceipt after = reopened.GetReceipt(TestLog.Id(17))!;
        Assert.Equivalent(before, after, strict: true);
        Assert.Equal(17UL, after.LogIndex);
        Assert.Equal("key-2", after.ApiKey);
        Assert.Equal(6UL, after.Counter);
        Assert.Equal([.. "record "u8, 17], after.Record);
        Assert.InRange(after.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(50), TimeProvider.System.GetUtcNow());
        Assert.Equal(TestLog.Entry(17), reopened.GetEntry(17));
        Assert.Null(reopened.GetReceipt(TestLog.Id(31)));
        Assert.Null(reopened.GetEntry(31));
        Assert.Null(reopened.GetProof(31));
    }

    [Fact]
    public async Task Reserve_AcrossBatchesAndRestarts_CountsEachKeyWithoutGaps()
    {
        using TestLog test = new();
        Dictionary<string, ulong> last = [];
        ulong nextIndex = 1;
        Random random = new(1);
        for (int run = 0; run < 4; run++)
        {
            await using TiledLog log = run == 0 ? test.Create() : test.Open();
            for (int i = 0; i < 10; i++)
            {
                using LogBatch batch = log.BeginBatch();
                bool isCommitted = random.Next(3) != 0;
                Dictionary<string, ulong> counters = new(last);
                for (int j = 0; j < 5; j++)
                {
                    string key = $"key-{random.Next(3)}";
                    LogSlot slot = TestLog.AddReceipt(batch, key);
                    Assert.Equal(nextIndex + (ulong)j, slot.LogIndex);
                    Assert.Equal(counters.GetValueOrDefault(key) + 1, slot.Counter);
                    counters[key] = slot.Counter;
                }

                if (isCommitted)
                {
                    batch.Commit();
                    last = counters;
                    nextIndex += 5;
                }
            }

            Assert.Equal(nextIndex, log.Size);
        }
    }

    [Fact]
    public async Task Commit_PlaceNotFilled_CommitsNothing()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        using (LogBatch batch = log.BeginBatch())
        {
            TestLog.AddReceipt(batch);
            batch.Reserve("key");
            Assert.Throws<InvalidOperationException>(batch.Commit);
        }

        Assert.Equal(1UL, log.Size);
        TestLog.Append(log, 1);
        Assert.Equal(2UL, log.Size);
    }

    [Fact]
    public async Task Fill_TwiceOrUnknownPlace_Refuses()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        using LogBatch batch = log.BeginBatch();
        LogSlot slot = TestLog.AddReceipt(batch);
        batch.Append([1]);
        Assert.Throws<ArgumentException>(() => batch.Fill(slot, TestLog.Id(1), [1], [1]));
        Assert.Throws<ArgumentException>(() => batch.Fill(slot with { Position = 1 }, TestLog.Id(1), [1], [1]));
        Assert.Throws<ArgumentException>(() => batch.Fill(slot with { Counter = 9 }, TestLog.Id(1), [1], [1]));
    }

    [Fact]
    public async Task Append_TooLong_IsRefusedAndTheLongestIsNot()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        using (LogBatch batch = log.BeginBatch())
        {
            LogException e = Assert.Throws<LogException>(() => batch.Append(new byte[TiledLog.MaxEntryBytes + 1]));
            Assert.Equal(LogErrors.EntrySize, e.Code);
            batch.Append(new byte[TiledLog.MaxEntryBytes]);
            batch.Append([]);
            batch.Commit();
        }

        await log.IntegrateAsync();
        Assert.Equal(TiledLog.MaxEntryBytes, log.GetProof(1)!.Entry.Length);
        Assert.Empty(log.GetProof(2)!.Entry);
    }

    [Fact]
    public async Task Commit_SameReceiptIdTwice_FaultsTheLogAndAcknowledgesNothing()
    {
        using TestLog test = new();
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 1);
            using (LogBatch batch = log.BeginBatch())
            {
                batch.Fill(batch.Reserve("key"), TestLog.Id(1), [1], [1]);
                Assert.Equal(LogErrors.Faulted, Assert.Throws<LogException>(batch.Commit).Code);
            }

            Assert.NotNull(log.Fault);
            Assert.Equal(LogErrors.Faulted, Assert.Throws<LogException>(log.BeginBatch).Code);
            Assert.NotNull(log.GetReceipt(TestLog.Id(1)));
        }

        await using TiledLog reopened = test.Open();
        Assert.Equal(2UL, reopened.Size);
    }

    [Fact]
    public async Task Append_Endorsements_AreListedByReceiptInOrderAlsoAfterReopening()
    {
        using TestLog test = new();
        await using (TiledLog log = test.Create())
        {
            TestLog.Append(log, 5);
            for (byte i = 0; i < 4; i++)
            {
                using LogBatch batch = log.BeginBatch();
                Assert.Equal(log.Size, batch.Append([i], TestLog.Id(3), [i, 3]));
                batch.Append([9]);
                batch.Append([i], TestLog.Id(4), [i, 4]);
                batch.Commit();
            }
        }

        await using TiledLog reopened = test.Open();
        IReadOnlyList<StoredEndorsement> found = reopened.GetEndorsements(TestLog.Id(3));
        Assert.Equal([6UL, 9, 12, 15], found.Select(endorsement => endorsement.LogIndex));
        Assert.Equal([[0, 3], [1, 3], [2, 3], [3, 3]], found.Select(endorsement => endorsement.Record));
        Assert.Equal([8UL, 11, 14, 17], reopened.GetEndorsements(TestLog.Id(4)).Select(endorsement => endorsement.LogIndex));
        Assert.Equal([2], reopened.GetEntry(12));
        Assert.Empty(reopened.GetEndorsements(TestLog.Id(5)));
        Assert.Empty(reopened.GetEndorsements(TestLog.Id(99)));
    }

    [Fact]
    public async Task Append_EndorsementOfReceiptOfTheSameBatch_IsAcceptedAndOfNoneRefused()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        using (LogBatch batch = log.BeginBatch())
        {
            Assert.Throws<ArgumentException>(() => batch.Append([1], TestLog.Id(1), [1]));
            LogSlot slot = TestLog.AddReceipt(batch);
            Assert.Throws<ArgumentException>(() => batch.Append([1], TestLog.Id(2), [1]));
            Assert.Equal(2UL, batch.Append([1], TestLog.Id(slot.LogIndex), []));
        }

        Assert.Empty(log.GetEndorsements(TestLog.Id(1)));
        using (LogBatch batch = log.BeginBatch())
        {
            LogSlot slot = TestLog.AddReceipt(batch);
            batch.Append([1], TestLog.Id(slot.LogIndex), []);
            batch.Commit();
        }

        Assert.Equal(2UL, Assert.Single(log.GetEndorsements(TestLog.Id(1))).LogIndex);
    }

    [Fact]
    public async Task GetReceipt_RandomIds_FindsNothing()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, 10);
        Assert.Null(log.GetReceipt(ReceiptId.From(new byte[16])));
    }
}
