using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Assay.Proofs.Hashing;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>The codeword and its tree in a file that is mapped: of a large model they would fill the memory, and a proof reads some
/// hundred columns only.</summary>
/// <remarks>The file: a header with its own digest, the digest of the tiles and the root; from byte 4096 on the symbols, then the tree's
/// nodes. It is a cache: what it holds is compared with tiles and root when it is opened, and it can be made again at any time, so it
/// isn't forced to the disk.</remarks>
internal sealed unsafe class FileWeightCodeword : IWeightCodeword
{
    private const int HeaderBytes = 4096;
    private const int RootAt = 64;
    private const int DigestAt = 96;
    private const int HeaderUsed = DigestAt + Blake3.DigestBytes;
    private const string TemporaryEnding = ".new";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private readonly int _depth;

    private FileWeightCodeword(MemoryMappedFile file, MemoryMappedFileAccess access, WeightTileSet tiles)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Length(tiles), access);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
        _first += _view.PointerOffset;
        _depth = tiles.Bits + 2;
        Pitch = RowCode.PitchOf(tiles.Tiles.Length);
    }

    /// <inheritdoc/>
    public uint* Symbols => (uint*)(_first + HeaderBytes);

    /// <inheritdoc/>
    public int Pitch { get; }

    /// <inheritdoc/>
    public MerkleTree Tree => new(_first + HeaderBytes + SymbolBytes(_depth, Pitch), _depth);

    private ReadOnlySpan<byte> Header => new(_first, HeaderUsed);

    /// <summary>Opens a file if it holds the codeword of these tiles, all of it intact.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="digest">Theirs.</param>
    /// <param name="problem">Why there is no codeword although there is a file; else null.</param>
    /// <param name="team">Threads.</param>
    /// <param name="vectors">Kernels.</param>
    public static FileWeightCodeword? TryOpen(
        string path, WeightTileSet tiles, ReadOnlySpan<byte> digest, out string? problem, WorkerTeam team, VectorPath vectors)
    {
        problem = null;
        FileInfo info = new(path);
        if (!info.Exists)
        {
            return null;
        }

        if (info.Length != Length(tiles))
        {
            problem = $"The file has {info.Length} bytes, not {Length(tiles)}.";
            return null;
        }

        FileWeightCodeword codeword = new(
            MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), MemoryMappedFileAccess.Read, tiles);
        problem = codeword.Problem(tiles, digest, team, vectors);
        if (problem is null)
        {
            return codeword;
        }

        codeword.Dispose();
        return null;
    }

    /// <summary>Encodes and hashes tiles into a file, which replaces what is there.</summary>
    /// <inheritdoc cref="TryOpen"/>
    /// <exception cref="IOException">It can't be written.</exception>
    public static FileWeightCodeword Create(string path, WeightTileSet tiles, ReadOnlySpan<byte> digest, WorkerTeam team, VectorPath vectors)
    {
        // All of the space now: a full disk is an exception here, but would end the process when a mapped page is written.
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            PreallocationSize = Length(tiles),
        };
        using (FileStream stream = new(path + TemporaryEnding, options))
        {
            stream.SetLength(Length(tiles));
            using FileWeightCodeword writer = new(
                MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true),
                MemoryMappedFileAccess.ReadWrite,
                tiles);
            using RowCode code = new(tiles.Bits, tiles.Tiles.Length, vectors);
            code.Encode(tiles.Numbers, tiles.Count, writer.Symbols, team);
            writer.Tree.Build((byte*)writer.Symbols, (nint)code.Pitch * sizeof(uint), code.Rows * sizeof(uint), vectors, team);
            MakeHeader(tiles, digest, writer.Tree.Root).CopyTo(new Span<byte>(writer._first, HeaderUsed));
        }

        File.Move(path + TemporaryEnding, path, overwrite: true);
        return new(
            MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), MemoryMappedFileAccess.Read, tiles);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static long SymbolBytes(int depth, int pitch) => ((long)sizeof(uint) * pitch) << depth;

    private static long Length(WeightTileSet tiles) =>
        HeaderBytes + SymbolBytes(tiles.Bits + 2, RowCode.PitchOf(tiles.Tiles.Length)) + MerkleTree.BytesFor(tiles.Bits + 2);

    private static byte[] MakeHeader(WeightTileSet tiles, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> root)
    {
        byte[] header = new byte[HeaderUsed];
        "assay/weight-code/v1"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), tiles.Bits);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), tiles.Tiles.Length);
        digest.CopyTo(header.AsSpan(32));
        root.CopyTo(header.AsSpan(RootAt));
        Blake3.Hash(header.AsSpan(0, DigestAt), header.AsSpan(DigestAt));
        return header;
    }

    private string? Problem(WeightTileSet tiles, ReadOnlySpan<byte> digest, WorkerTeam team, VectorPath vectors)
    {
        ReadOnlySpan<byte> root = Header.Slice(RootAt, Blake3.DigestBytes);
        if (!Header[..DigestAt].SequenceEqual(MakeHeader(tiles, digest, root).AsSpan(0, DigestAt)))
        {
            return "The file is of other weights, of another version, or its header is damaged.";
        }

        if (!Header.SequenceEqual(MakeHeader(tiles, digest, root)))
        {
            return "The file's header is damaged.";
        }

        using NativeBuffer<byte> nodes = new(MerkleTree.BytesFor(_depth));
        MerkleTree again = new(nodes.Pointer, _depth);
        again.Build((byte*)Symbols, (nint)Pitch * sizeof(uint), tiles.Tiles.Length * sizeof(uint), vectors, team);
        return !again.Root.SequenceEqual(root) ? "The file's symbols are damaged."
            : !again.SameNodes(Tree) ? "The file's tree is damaged."
            : null;
    }
}
