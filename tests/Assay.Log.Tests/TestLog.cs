using System.Buffers.Binary;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Log.Tests;

/// <summary>A folder for one test's log, deleted with it, and helpers to fill it.</summary>
internal sealed class TestLog : IDisposable
{
    public const string Origin = "node.example/log";

    /// <summary>Entries of a prepared log.</summary>
    public const int PreparedSize = 600;

    public static readonly byte[] FirstEntry = "the key set"u8.ToArray();

    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly Lazy<Task<FolderImage>> Prepared = new(async () =>
    {
        using TestLog test = new();
        await test.FillAsync(PreparedSize);
        return FolderImage.Take(test.Folder);
    });

    /// <summary>Makes an empty folder.</summary>
    /// <param name="isOnDisk">Whether syncs should cost what they cost; else it is in memory where the system has such a folder.</param>
    public TestLog(bool isOnDisk = false)
    {
        const string Memory = "/dev/shm";
        string parent = !isOnDisk && Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        Folder = Path.Combine(parent, $"assay-log-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(Folder);
    }

    public static NoteSigner Signer { get; } = new(Origin, Seed);

    public string Folder { get; }

    /// <summary>Checkpoints only on demand, so that tests decide when.</summary>
    public static LogOptions Options(Action<string>? afterStep = null) => new()
    {
        Signer = Signer,
        IntegratesInBackground = false,
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

    /// <summary>A copy of a closed log with <see cref="PreparedSize"/> entries.</summary>
    public static async Task<TestLog> PrepareAsync()
    {
        FolderImage image = await Prepared.Value;
        TestLog test = new();
        image.WriteTo(test.Folder);
        return test;
    }

    public TiledLog Create(Action<string>? afterStep = null) => TiledLog.Create(Folder, Options(afterStep), FirstEntry);

    public TiledLog Open(Action<string>? afterStep = null) => TiledLog.Open(Folder, Options(afterStep));

    /// <summary>A log with that many entries, integrated and closed.</summary>
    public async Task FillAsync(int size)
    {
        await using TiledLog log = Create();
        Append(log, size - 1, 1000);
    }

    public string PathOf(string relative) => Path.Combine(Folder, relative);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
