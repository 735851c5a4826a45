using System.Globalization;
using System.Numerics;
using Assay.Files;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Client;

/// <summary>
/// Remembers, in a folder, the last checkpoint seen of each log, and holds the next one against it: a log that shrank or
/// changed its history is an error, and what proves a fork to others is left there as a file. The first sight is taken as it is.
/// </summary>
/// <remarks>For one process at a time. It tells what this client was shown; that others were shown the same takes witnesses.</remarks>
public sealed class LogMemory
{
    private const int TileWidth = 256;
    private readonly string _folder;

    /// <summary>A memory in a folder, which is made if it isn't there.</summary>
    public LogMemory(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        _folder = folder;
    }

    /// <summary>Fetches a node's checkpoint, and the tiles that show that it extends the remembered one, and remembers it if it does.</summary>
    /// <param name="client">The node.</param>
    /// <param name="logKey">The log's key.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NodeException">The node doesn't answer as a log.</exception>
    public async Task<LogSighting> CheckAsync(AssayClient client, NoteVerifierKey logKey, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(logKey);
        byte[] bytes = await client.GetAsync("log/checkpoint", cancellation).ConfigureAwait(false);
        if (Read(bytes, logKey) is not { } now)
        {
            return new LogSighting(LogMemoryErrors.Checkpoint, 0, 0, null);
        }

        string file = Path.Combine(_folder, Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(logKey.ToString())) + ".checkpoint");
        if (!File.Exists(file))
        {
            DurableFile.Write(file, bytes);
            return new LogSighting(null, 0, now.Head.Size, null);
        }

        (SignedNote note, Checkpoint head) = Read(await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false), logKey)
            ?? throw new InvalidDataException($"{file} isn't a checkpoint of {logKey.Name}");
        if (now.Head.Size < head.Size)
        {
            return new LogSighting(LogMemoryErrors.Shrunk, head.Size, now.Head.Size, null);
        }

        Digest32[] nodes = [];
        if (now.Head.Size > head.Size && head.Size > 0)
        {
            nodes = await NodesAsync(client, head.Size, now.Head.Size, cancellation).ConfigureAwait(false);
            if (MerkleVerifier.PrefixRoot(head.Size, now.Head.Size, now.Head.Root, nodes) is not { } prefix)
            {
                return new LogSighting(LogMemoryErrors.Tiles, head.Size, now.Head.Size, null);
            }

            if (prefix == head.Root)
            {
                DurableFile.Write(file, bytes);
                return new LogSighting(null, head.Size, now.Head.Size, null);
            }
        }
        else if (now.Head.Root == head.Root || head.Size == 0)
        {
            DurableFile.Write(file, bytes);
            return new LogSighting(null, head.Size, now.Head.Size, null);
        }

        // What was remembered stays: whoever comes next is to see the fork too.
        if (ForkProof.TryCreate(logKey, note, now.Note, nodes) is not { } fork)
        {
            // Seen here, but not to be shown to others by these two checkpoints alone.
            return new LogSighting(LogMemoryErrors.Forked, head.Size, now.Head.Size, null);
        }

        byte[] proof = fork.Encode();
        string proofFile = Path.Combine(_folder, Digest32.Sha256(proof) + ".fork");
        DurableFile.Write(proofFile, proof);
        return new LogSighting(LogMemoryErrors.Forked, head.Size, now.Head.Size, proofFile);
    }

    private static (SignedNote Note, Checkpoint Head)? Read(byte[] bytes, NoteVerifierKey key) =>
        SignedNote.TryParse(bytes, out _) is { } note
        && note.Verify([key]).Error is null
        && Checkpoint.TryParse(note.Text, out _) is { } head
        && head.Origin == key.Name
            ? (note, head)
            : null;

    /// <summary>The nodes of <see cref="MerkleVerifier.PrefixRoot"/>, from tiles; nothing in them is believed before that checks them.</summary>
    private static async Task<Digest32[]> NodesAsync(AssayClient client, ulong oldSize, ulong newSize, CancellationToken cancellation)
    {
        Dictionary<(int, ulong), Digest32[]> tiles = [];
        List<Digest32> fromTop = [];
        ulong low = 0;
        ulong high = newSize;
        while (oldSize != high)
        {
            ulong split = low + Split(high - low);
            bool isLeft = oldSize <= split;
            fromTop.Add(await RangeAsync(isLeft ? split : low, isLeft ? high : split).ConfigureAwait(false));
            (low, high) = isLeft ? (low, split) : (split, high);
        }

        fromTop.Add(await RangeAsync(low, high).ConfigureAwait(false));
        fromTop.Reverse();
        return [.. fromTop];

        async Task<Digest32> RangeAsync(ulong from, ulong to)
        {
            ulong count = to - from;
            if (!BitOperations.IsPow2(count))
            {
                ulong split = from + Split(count);
                return MerkleTree.NodeHash(await RangeAsync(from, split).ConfigureAwait(false), await RangeAsync(split, to).ConfigureAwait(false));
            }

            int level = BitOperations.Log2(count);
            int width = 1 << (level % 8);
            ulong first = from >> (level - (level % 8));
            Digest32[] tile = await TileAsync(level / 8, first / TileWidth).ConfigureAwait(false);
            return MerkleTree.Root(tile.AsSpan((int)(first % TileWidth), width));
        }

        async Task<Digest32[]> TileAsync(int level, ulong number)
        {
            if (!tiles.TryGetValue((level, number), out Digest32[]? tile))
            {
                int width = (int)Math.Min(TileWidth, (newSize >> (8 * level)) - (number * TileWidth));
                tile = await FetchAsync(client, level, number, width, cancellation).ConfigureAwait(false);
                tiles.Add((level, number), tile);
            }

            return tile;
        }
    }

    private static async Task<Digest32[]> FetchAsync(AssayClient client, int level, ulong number, int width, CancellationToken cancellation)
    {
        string name = (number % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (ulong rest = number / 1000; rest > 0; rest /= 1000)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{name}");
        }

        string path = string.Create(CultureInfo.InvariantCulture, $"log/tile/{level}/{name}");
        byte[] bytes;
        try
        {
            bytes = await client.GetAsync(width == TileWidth ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}"), cancellation).ConfigureAwait(false);
        }
        catch (NodeException e) when (e.Status == 404 && width < TileWidth)
        {
            // The log has grown meanwhile: partial tiles go when the full one is there.
            bytes = await client.GetAsync(path, cancellation).ConfigureAwait(false);
        }

        // Hashes that a tile lacks are zeros, which lead to no root.
        Digest32[] tile = new Digest32[TileWidth];
        for (int i = 0; i < width && (i + 1) * Digest32.Size <= bytes.Length; i++)
        {
            tile[i] = Digest32.From(bytes.AsSpan(i * Digest32.Size, Digest32.Size));
        }

        return tile;
    }

    private static ulong Split(ulong count) => 1UL << BitOperations.Log2(count - 1);
}
