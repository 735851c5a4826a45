using System.Diagnostics;
using System.Security.Cryptography;
using Assay.Log;
using Assay.Log.Checking;
using Assay.Log.Committing;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Microsoft.Win32.SafeHandles;

namespace Assay.Bench.Log;

/// <summary>
/// Measures what a log's folder costs on this disk: syncs by themselves, commits of 1, 64 and 1 024 receipts, concurrent
/// requests through a group committer, proofs, opening and checking.
/// </summary>
/// <param name="folder">An empty or new folder, left empty.</param>
/// <param name="duration">How long each measurement takes.</param>
public sealed class LogBenchmark(string folder, TimeSpan duration)
{
    // About what a node commits for one answer of a small model.
    private const int EntryBytes = 80;
    private const int RecordBytes = 2048;

    private readonly byte[] _record = RandomNumberGenerator.GetBytes(RecordBytes);
    private readonly byte[] _entry = RandomNumberGenerator.GetBytes(EntryBytes);

    /// <summary>Runs all measurements, each as it is asked for.</summary>
    public IEnumerable<LogBenchmarkResult> Run()
    {
        Directory.CreateDirectory(folder);
        yield return MeasureSync("sync, file grows", grows: true);
        yield return MeasureSync("sync, file overwritten", grows: false);
        foreach (int batch in new[] { 1, 64, 1024 })
        {
            yield return InLog(log => MeasureCommits(log, batch));
        }

        foreach (int clients in new[] { 1, 8, 64, 512 })
        {
            yield return InLog(log => MeasureRequests(log, clients));
        }

        foreach (LogBenchmarkResult result in MeasureReading())
        {
            yield return result;
        }
    }

    private LogBenchmarkResult MeasureSync(string name, bool grows)
    {
        // A commit of one receipt writes about four pages.
        byte[] pages = new byte[16384];
        string path = Path.Combine(folder, "sync");
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        const int Places = 256;
        for (int i = 0; i < Places; i++)
        {
            RandomAccess.Write(file, pages, i * (long)pages.Length);
        }

        RandomAccess.FlushToDisk(file);
        long next = grows ? Places : 0;
        return Measure(name, 1, () =>
        {
            RandomAccess.Write(file, pages, (grows ? next : next % Places) * pages.Length);
            next++;
            RandomAccess.FlushToDisk(file);
        });
    }

    private LogBenchmarkResult MeasureCommits(TiledLog log, int size) =>
        Measure($"commits of {size}", size, () => Commit(log, size));

    private LogBenchmarkResult MeasureRequests(TiledLog log, int clients)
    {
        long startedAt = Stopwatch.GetTimestamp();
        List<TimeSpan>[] times = [.. Enumerable.Range(0, clients).Select(_ => new List<TimeSpan>())];
        GroupCommitter<int, LogSlot> committer = new(requests => Commit(log, requests.Count));
        Task.WaitAll([.. times.Select(own => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(startedAt) < duration)
            {
                long requestAt = Stopwatch.GetTimestamp();
                SubmitResult<LogSlot> result = await committer.SubmitAsync(0);
                if (result.Status != SubmitStatus.Committed)
                {
                    throw new InvalidOperationException($"{result.Status}", committer.Fault);
                }

                own.Add(Stopwatch.GetElapsedTime(requestAt));
            }
        }))]);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
        committer.DisposeAsync().AsTask().Wait();
        return Summarize($"{clients} clients, grouped", 1, elapsed, [.. times.SelectMany(own => own)]);
    }

    private IEnumerable<LogBenchmarkResult> MeasureReading()
    {
        const int Entries = 200_000;
        string path = Path.Combine(folder, "log");
        using NoteSigner signer = new("bench.example/log", new byte[32]);
        LogOptions options = new() { Signer = signer };
        TiledLog log = TiledLog.Create(path, options, _entry);
        long startedAt = Stopwatch.GetTimestamp();
        for (int i = 0; i < Entries; i += 1000)
        {
            Commit(log, 1000);
        }

        log.IntegrateAsync().Wait();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startedAt);
        yield return Summarize("commits of 1000 and integration", Entries, elapsed, [elapsed]);
        yield return Measure("inclusion proofs", 1, () => log.GetProof((ulong)Random.Shared.Next(Entries)));
        log.DisposeAsync().AsTask().Wait();
        yield return Measure("opening, 200 000 entries", Entries, () => TiledLog.Open(path, options).DisposeAsync().AsTask().Wait());
        yield return Measure("fsck, 200 000 entries", Entries, () => Fsck.Run(path));
        Directory.Delete(path, recursive: true);
    }

    private LogSlot[] Commit(TiledLog log, int count)
    {
        using LogBatch batch = log.BeginBatch();
        LogSlot[] slots = new LogSlot[count];
        for (int i = 0; i < count; i++)
        {
            slots[i] = batch.Reserve("key");
            batch.Fill(slots[i], ReceiptId.From(RandomNumberGenerator.GetBytes(ReceiptId.Size)), _entry, _record);
        }

        batch.Commit();
        return slots;
    }

    private LogBenchmarkResult InLog(Func<TiledLog, LogBenchmarkResult> measure)
    {
        string path = Path.Combine(folder, "log");
        using NoteSigner signer = new("bench.example/log", new byte[32]);
        TiledLog log = TiledLog.Create(path, new LogOptions { Signer = signer }, _entry);
        try
        {
            // Until the write-ahead log has its full size, commits pay for its growth too.
            for (int i = 0; i < 20; i++)
            {
                Commit(log, 256);
            }

            return measure(log);
        }
        finally
        {
            log.DisposeAsync().AsTask().Wait();
            Directory.Delete(path, recursive: true);
        }
    }

    private LogBenchmarkResult Measure(string name, int operations, Action run)
    {
        run();
        List<TimeSpan> times = [];
        long startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < duration)
        {
            long runAt = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(runAt));
        }

        return Summarize(name, operations, Stopwatch.GetElapsedTime(startedAt), times);
    }

    private static LogBenchmarkResult Summarize(string name, int operations, TimeSpan elapsed, List<TimeSpan> times)
    {
        times.Sort();
        return new LogBenchmarkResult(
            name,
            times.Count * (double)operations / elapsed.TotalSeconds,
            times[times.Count / 2],
            times[times.Count * 99 / 100]);
    }
}
