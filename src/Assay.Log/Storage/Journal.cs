using Assay.Files;
using Microsoft.Win32.SafeHandles;

namespace Assay.Log.Storage;

/// <summary>
/// The file that every commit is appended to, and durable in before it is acknowledged; the database follows later. One thread appends;
/// reads are for any.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>Its file in the log's folder.</summary>
    public const string FileName = "journal";

    // A commit of more is several frames, so that neither writing nor reading needs memory for all of it.
    private const int MaxFrameBytes = 4 << 20;

    private const int KeptBufferBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[1 << 16];

    private Journal(SafeFileHandle file) => _file = file;

    /// <summary>Where the next frame goes.</summary>
    public long End { get; private set; }

    /// <summary>The file's length.</summary>
    public long Length => RandomAccess.GetLength(_file);

    /// <summary>Opens the journal; null if there is none, and it may not be made.</summary>
    public static Journal? Open(string folder, bool isWritable, bool mayCreate)
    {
        string path = Path.Combine(folder, FileName);
        bool isThere = File.Exists(path);
        if (!isThere && !mayCreate)
        {
            return null;
        }

        Journal journal = new(File.OpenHandle(
            path, isThere ? FileMode.Open : FileMode.CreateNew, isWritable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite));
        if (!isThere)
        {
            RandomAccess.FlushToDisk(journal._file);
            DurableFile.SyncFolder(folder);
        }

        return journal;
    }

    /// <summary>Reads frames from there on, for as long as there are whole ones.</summary>
    public IEnumerable<List<PendingRow>> ReadFrames(long position)
    {
        End = position;
        while (TryReadFrame(End, out long length) is { } rows)
        {
            End += length;
            yield return rows;
        }
    }

    /// <summary>
    /// Cuts off what stands behind the last whole frame: a crash left it, in the middle of a commit that was never acknowledged.
    /// </summary>
    /// <exception cref="LogException">A whole frame follows it, so it was whole when that was written: it has been damaged since.</exception>
    public void CutTornEnd()
    {
        if (Length == End)
        {
            return;
        }

        Span<byte> head = stackalloc byte[JournalFrame.HeadSize];
        int read = RandomAccess.Read(_file, head, End);
        if (JournalFrame.LengthOf(head[..read]) is { } length && TryReadFrame(End + length, out _) is not null)
        {
            throw Damaged(End, "this frame isn't as it was written");
        }

        RandomAccess.SetLength(_file, End);
        DurableFile.SyncData(_file);
    }

    /// <summary>Appends rows with consecutive numbers; durable when it returns.</summary>
    /// <returns>What the database is to have of each.</returns>
    public List<PendingRow> Append(ulong firstIndex, IReadOnlyList<LogRow> rows, long createdMs, Action<string>? afterStep)
    {
        List<PendingRow> appended = new(rows.Count);
        while (appended.Count < rows.Count)
        {
            int first = appended.Count;
            int length = JournalFrame.HeadSize;
            for (int i = first; i < rows.Count; i++)
            {
                int next = JournalRow.LengthOf(rows[i]);
                if (i > first && length + (long)next > MaxFrameBytes)
                {
                    break;
                }

                EnsureRoom(length, checked(length + next));
                JournalRow.Write(_buffer.AsSpan(length, next), rows[i]);
                length += next;
                appended.Add(Locate(rows[i], firstIndex + (ulong)i, createdMs, End + length));
            }

            Span<byte> frame = _buffer.AsSpan(0, length);
            JournalFrame.Seal(frame, firstIndex + (ulong)first, createdMs);
            RandomAccess.Write(_file, frame, End);
            afterStep?.Invoke("commit inserted");
            DurableFile.SyncData(_file);
            afterStep?.Invoke("commit durable");
            End += length;
        }

        if (_buffer.Length > KeptBufferBytes)
        {
            _buffer = new byte[1 << 16];
        }

        return appended;
    }

    /// <summary>Bytes of the journal; null if it doesn't have them.</summary>
    public byte[]? TryRead(long position, int length)
    {
        if (position < 0 || length < 0 || position > Length - length)
        {
            return null;
        }

        byte[] bytes = new byte[length];
        return RandomAccess.Read(_file, bytes, position) == length ? bytes : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>What to say of a place that can't be read.</summary>
    public static LogException Damaged(long position, string detail) => new(LogErrors.Journal, $"{FileName}[{position}]", detail);

    private static PendingRow Locate(LogRow row, ulong index, long createdMs, long end)
    {
        int record = row.Receipt?.RecordLength ?? row.Endorsement?.Record.Length ?? 0;
        return new PendingRow
        {
            Index = index,
            CreatedMs = createdMs,
            Entry = row.Entry,
            Id = row.Receipt?.Id ?? row.Endorsement?.About,
            ApiKey = row.Receipt?.ApiKey,
            Counter = row.Receipt?.Counter ?? 0,
            RecordAt = end - record,
            RecordLength = record,
        };
    }

    private List<PendingRow>? TryReadFrame(long position, out long length)
    {
        Span<byte> head = stackalloc byte[JournalFrame.HeadSize];
        int read = RandomAccess.Read(_file, head, position);
        length = JournalFrame.LengthOf(head[..read]) ?? 0;
        return length is > 0 and <= int.MaxValue && TryRead(position, (int)length) is { } frame ? JournalFrame.TryRead(frame, position) : null;
    }

    private void EnsureRoom(int used, int needed)
    {
        if (_buffer.Length < needed)
        {
            byte[] larger = new byte[Math.Max(needed, 2 * (long)_buffer.Length is var doubled && doubled <= Array.MaxLength ? (int)doubled : needed)];
            _buffer.AsSpan(0, used).CopyTo(larger);
            _buffer = larger;
        }
    }
}
