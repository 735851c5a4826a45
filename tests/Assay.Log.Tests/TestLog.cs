using System.Buffers.Binary;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Log.Tests;

/// <summary>A folder for one test's log, deleted with it, and helpers to fill it.</summary>
internal sealed class TestLog : IDisposable
{
    public const string Origin = "node.example/log";

    public static readonly byte[] FirstEntry = "the key set"u8.ToArray();

    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public TestLog() => Folder = Directory.CreateTempSubdirectory("assay-log-").FullName;

    public static NoteSigner Signer { get; } = new(Origin, Seed);

    public string Folder { get; }

    /// <summary>Checkpoints only on demand, so that tests decide when.</summary>
    public static LogOptions Options(Action<string>? afterStep = null) => new()
    {
        Signer = Signer,
        CheckpointInterval = TimeSpan.FromHours(1),
        AfterStep = afterStep,
    };

    public static byte[] Entry(ulong index, int length = 40)
    {
        byte[] entry = new byte[length];
        new Random((int)index).NextBytes(entry);
        return entry;
    }

    public static ReceiptId Id(ulong number)
    {
        Span<byte> bytes = stackalloc byte[ReceiptId.Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return ReceiptId.From(bytes);
    }

    /// <summary>Commits receipts with the ids of their indices, under keys "key-0" to "key-2" in turn.</summary>
    public static void Append(TiledLog log, int count, int batchSize = 100)
    {
        while (count > 0)
        {
            using LogBatch batch = log.BeginBatch();
            for (int i = 0; i < Math.Min(batchSize, count); i++)
            {
                AddReceipt(batch);
            }

            count -= batch.Count;
            batch.Commit();
        }
    }

    public static LogSlot AddReceipt(LogBatch batch, string? apiKey = null)
    {
        ulong next = batch.FirstIndex + (ulong)batch.Count;
        LogSlot slot = batch.Reserve(apiKey ?? $"key-{next % 3}");
        batch.Fill(slot, Id(slot.LogIndex), Entry(slot.LogIndex), [.. "record "u8, (byte)slot.LogIndex]);
        return slot;
    }

    public TiledLog Create(Action<string>? afterStep = null) => TiledLog.Create(Folder, Options(afterStep), FirstEntry);

    public TiledLog Open(Action<string>? afterStep = null) => TiledLog.Open(Folder, Options(afterStep));

    /// <summary>A log with that many entries, integrated and closed.</summary>
    public async Task FillAsync(int size)
    {
        await using TiledLog log = Create();
        Append(log, size - 1);
    }

    public string PathOf(string relative) => Path.Combine(Folder, relative);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
