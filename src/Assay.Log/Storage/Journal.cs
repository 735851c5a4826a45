using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Assay.Files;
using Microsoft.Win32.SafeHandles;

namespace Assay.Log.Storage;

/// <summary>
/// The file that every commit is appended to, and durable in before it is acknowledged; the database follows later. One thread appends;
/// reads are for any. It begins with magic (8 bytes), the salt that all heads of its frames begin with (8), and CRC-32C of both (4).
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>Its file in the log's folder.</summary>
    public const string FileName = "journal";

    /// <summary>What to say of a file that doesn't begin as a journal.</summary>
    public const string NoHeader = "this isn't a journal's header";

    /// <summary>Where the first frame begins.</summary>
    public const int HeaderSize = 20;

    // A commit of more is several frames, so that neither writing nor reading needs memory for all of it.
    private const int MaxFrameBytes = 4 << 20;

    private const int KeptBufferBytes = 1 << 20;

    private const int CopyBytes = 1 << 20;

    private const int SaltAt = 8;
    private const int HeaderChecksumAt = SaltAt + JournalFrame.SaltSize;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[]? _salt;
    private byte[] _buffer = new byte[1 << 16];

    private Journal(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
        byte[] header = new byte[HeaderSize];
        bool isWhole = RandomAccess.Read(file, header, 0) == HeaderSize
            && header.AsSpan().StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(HeaderChecksumAt)) == JournalFrame.Checksum(header.AsSpan(0, HeaderChecksumAt));
        _salt = isWhole ? header[SaltAt..HeaderChecksumAt] : null;
    }

    /// <summary>Whether it begins as a journal does; else no frame can be told from other bytes.</summary>
    public bool HasHeader => _salt is not null;

    /// <summary>Where the next frame goes.</summary>
    public long End { get; private set; } = HeaderSize;

    /// <summary>The file's length.</summary>
    public long Length => RandomAccess.GetLength(_file);

    private static ReadOnlySpan<byte> Magic => "assay/j2"u8;

    /// <summary>Whether there is a journal with frames. One without them is what a crash leaves while a log is made or upgraded.</summary>
    public static bool HasFrames(string folder) => new FileInfo(Path.Combine(folder, FileName)) is { Exists: true, Length: > HeaderSize };

    /// <summary>Makes a journal without frames for a new database; durable when it returns. One without frames is replaced.</summary>
    public static void Create(string folder)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Magic.CopyTo(header);
        RandomNumberGenerator.Fill(header[SaltAt..HeaderChecksumAt]);
        BinaryPrimitives.WriteUInt32BigEndian(header[HeaderChecksumAt..], JournalFrame.Checksum(header[..HeaderChecksumAt]));
        DurableFile.Write(Path.Combine(folder, FileName), header, ownerOnly: true);
    }

    /// <summary>Opens the journal; null if there is none.</summary>
    public static Journal? Open(string folder, bool isWritable)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? new Journal(path, File.OpenHandle(path, FileMode.Open, isWritable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite))
            : null;
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
    /// Cuts off what stands behind the last whole frame, and keeps it in a file beside: a crash left it, in the middle of a commit that was never
    /// acknowledged.
    /// </summary>
    /// <param name="size">The number of the entry that the frame there would begin with.</param>
    /// <exception cref="LogException">Something was written behind that frame, so it was whole and durable then: it has been damaged since.</exception>
    public void CutTornEnd(ulong size)
    {
        if (Length == End)
        {
            return;
        }

        if (ReadHead(End) is { } head ? head.FirstIndex != size || head.Length < Length - End : HasHeadBehind(End, size))
        {
            throw Damaged(End, "this frame isn't as it was written");
        }

        KeepTornEnd();
        RandomAccess.SetLength(_file, End);
        DurableFile.SyncData(_file);
    }

    /// <summary>
    /// Writes again what stands from there to <see cref="End"/>, and syncs it. What was read may never have reached the disk: the process died
    /// before its sync, or the sync failed, and then the system may take the pages for clean.
    /// </summary>
    public void MakeDurable(long from, Action<string>? afterStep)
    {
        if (from == End)
        {
            return;
        }

        Copy(from, End, _file, from);
        afterStep?.Invoke("journal rewritten");
        DurableFile.SyncData(_file);
        afterStep?.Invoke("journal durable");
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
            JournalFrame.Seal(frame, _salt!, firstIndex + (ulong)first, createdMs);
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
        length = ReadHead(position)?.Length ?? 0;
        return length is > 0 and <= int.MaxValue && TryRead(position, (int)length) is { } frame ? JournalFrame.TryRead(frame, _salt, position) : null;
    }

    private (long Length, ulong FirstIndex)? ReadHead(long position)
    {
        Span<byte> head = stackalloc byte[JournalFrame.HeadSize];
        int read = RandomAccess.Read(_file, head, position);
        return JournalFrame.ReadHead(head[..read], _salt);
    }

    /// <summary>Whether the head of a frame with later entries stands somewhere behind a place.</summary>
    private bool HasHeadBehind(long position, ulong size)
    {
        byte[] buffer = new byte[CopyBytes];
        for (long at = position; at < Length; at += CopyBytes - JournalFrame.HeadSize + 1)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, ReadFull(buffer, at));
            for (int next = bytes.IndexOf(_salt); next >= 0; next = bytes.IndexOf(_salt))
            {
                bytes = bytes[next..];
                if (JournalFrame.ReadHead(bytes, _salt) is { } head && head.FirstIndex > size)
                {
                    return true;
                }

                bytes = bytes[1..];
            }
        }

        return false;
    }

    /// <summary>Copies what is about to be cut off into a file of its own, unless it is in one.</summary>
    private void KeepTornEnd()
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{_path}.cut-{End}");
        string next = path;
        for (int number = 2; File.Exists(next); number++)
        {
            if (IsTornEnd(next))
            {
                return;
            }

            next = string.Create(CultureInfo.InvariantCulture, $"{path}-{number}");
        }

        // One that a crash left unfinished is made again.
        string temporary = path + DurableFile.TemporaryEnding;
        File.Delete(temporary);
        DurableFile.Write(temporary, [], ownerOnly: true);
        using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Copy(End, Length, file, 0);
            DurableFile.SyncData(file);
        }

        File.Move(temporary, next);
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }

    private bool IsTornEnd(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        if (RandomAccess.GetLength(file) != Length - End)
        {
            return false;
        }

        byte[] ours = new byte[CopyBytes];
        byte[] theirs = new byte[CopyBytes];
        for (long at = End; at < Length; at += CopyBytes)
        {
            int read = ReadFull(ours, at);
            if (RandomAccess.Read(file, theirs.AsSpan(0, read), at - End) != read || !ours.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, read)))
            {
                return false;
            }
        }

        return true;
    }

    private void Copy(long from, long to, SafeFileHandle destination, long destinationFrom)
    {
        byte[] buffer = new byte[(int)Math.Min(CopyBytes, to - from)];
        for (long at = from; at < to;)
        {
            int read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at);
            if (read == 0)
            {
                throw Damaged(at, "the file became shorter");
            }

            RandomAccess.Write(destination, buffer.AsSpan(0, read), destinationFrom + (at - from));
            at += read;
        }
    }

    private int ReadFull(Span<byte> buffer, long position)
    {
        int total = 0;
        while (total < buffer.Length && RandomAccess.Read(_file, buffer[total..], position + total) is var read and > 0)
        {
            total += read;
        }

        return total;
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
