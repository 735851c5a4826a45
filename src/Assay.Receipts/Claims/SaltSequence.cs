using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>
/// Expands one secret seed into a receipt's salts, so that a node stores 32 bytes for all of them: block i is the RFC 9162 leaf
/// hash of <c>"assay/salts/v1" | seed | i</c> (i as 4 bytes, big-endian), two salts each. To whoever lacks the seed they are random
/// and independent; a seed never leaves the node. One thread at a time.
/// </summary>
public sealed class SaltSequence
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedSize = 32;

    private const int BatchBlocks = 8;

    private readonly MerkleHasher _hasher = new();
    private readonly byte[] _input = [.. "assay/salts/v1"u8, .. new byte[SeedSize + sizeof(uint)]];
    private readonly Digest32[] _blocks = new Digest32[BatchBlocks];
    private uint _next;
    private int _used = BatchBlocks * Digest32.Size;

    /// <summary>Starts again, at the beginning of another seed's salts.</summary>
    /// <param name="seed">32 bytes from a cryptographic generator, used for one receipt.</param>
    public void Reset(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedSize, nameof(seed));
        seed.CopyTo(_input.AsSpan(_input.Length - sizeof(uint) - SeedSize));
        _next = 0;
        _used = _blocks.Length * Digest32.Size;
    }

    /// <summary>Fills the destination with the next bytes; a <see cref="SaltSource"/>.</summary>
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == _blocks.Length * Digest32.Size)
            {
                MakeBlocks();
            }

            ReadOnlySpan<byte> ready = MemoryMarshal.AsBytes<Digest32>(_blocks)[_used..];
            int count = Math.Min(ready.Length, destination.Length);
            ready[..count].CopyTo(destination);
            destination = destination[count..];
            _used += count;
        }
    }

    private void MakeBlocks()
    {
        for (int i = 0; i < _blocks.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_input.AsSpan(_input.Length - sizeof(uint)), _next++);
            _hasher.Leaf(_input, _blocks, i);
        }

        _hasher.Flush(_blocks);
        _used = 0;
    }
}
