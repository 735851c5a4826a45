using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Assay.Log.Committing;
using Assay.Primitives;

namespace Assay.Log.Tests.Crash;

/// <summary>
/// The process that <see cref="KillTests"/> kills: appends under load as fast as the disk allows, and prints a line for
/// every receipt after it was acknowledged and for every checkpoint after it was published.
/// </summary>
internal static class CrashChild
{
    private const int Submitters = 12;

    public static async Task<int> RunAsync(string folder)
    {
        LogOptions options = new() { Signer = TestLog.Signer, CheckpointInterval = TimeSpan.FromMilliseconds(5) };
        TiledLog log = TiledLog.Exists(folder)
            ? TiledLog.Open(folder, options)
            : TiledLog.Create(folder, options, TestLog.FirstEntry);
        using TextWriter output = TextWriter.Synchronized(
            new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" });
        GroupCommitter<(ReceiptId Id, string Key), LogSlot> committer = new(requests => Commit(log, requests));
        List<Task> tasks = [Task.Run(() => PrintCheckpointsAsync(log, output))];
        for (int i = 0; i < Submitters; i++)
        {
            string key = $"key-{i % 3}";
            tasks.Add(Task.Run(() => SubmitAsync(committer, key, output)));
        }

        // Only an error ends a task; the parent sees it as a process that ended by itself.
        await await Task.WhenAny(tasks);
        return 1;
    }

    private static async Task SubmitAsync(
        GroupCommitter<(ReceiptId Id, string Key), LogSlot> committer, string key, TextWriter output)
    {
        while (true)
        {
            ReceiptId id = ReceiptId.Create(TimeProvider.System.GetUtcNow(), RandomNumberGenerator.GetBytes(ReceiptId.RandomSize));
            SubmitResult<LogSlot> result = await committer.SubmitAsync((id, key));
            if (result.Status != SubmitStatus.Committed)
            {
                throw new InvalidOperationException($"{result.Status}", committer.Fault);
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"receipt {id} {result.Value.LogIndex} {key} {result.Value.Counter}"));
        }
    }

    private static async Task PrintCheckpointsAsync(TiledLog log, TextWriter output)
    {
        while (true)
        {
            LogCheckpoint checkpoint = log.Checkpoint;
            await output.WriteLineAsync($"checkpoint {Convert.ToBase64String(checkpoint.Note.Span)}");
            await log.WaitForAsync(checkpoint.Size);
        }
    }

    private static LogSlot[] Commit(TiledLog log, IReadOnlyList<(ReceiptId Id, string Key)> requests)
    {
        using LogBatch batch = log.BeginBatch();
        LogSlot[] slots = new LogSlot[requests.Count];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = batch.Reserve(requests[i].Key);
            batch.Fill(slots[i], requests[i].Id, EntryOf(requests[i].Id, slots[i]), new byte[300]);

            // Acknowledged with its receipt.
            if (IsEndorsed(slots[i].Counter))
            {
                batch.Append([], requests[i].Id, requests[i].Id.ToArray());
            }
        }

        batch.Commit();
        return slots;
    }

    /// <summary>Whether the entry after a receipt's is an endorsement of it.</summary>
    public static bool IsEndorsed(ulong counter) => counter % 2 == 0;

    /// <summary>The entry names receipt and counter, so that the parent can tell whose it is.</summary>
    public static byte[] EntryOf(ReceiptId id, LogSlot slot)
    {
        byte[] entry = new byte[ReceiptId.Size + 8];
        id.CopyTo(entry);
        BinaryPrimitives.WriteUInt64BigEndian(entry.AsSpan(ReceiptId.Size), slot.Counter);
        return entry;
    }
}
